using System.Security.Authentication;

namespace Oci.Distribution.Http;

/// <summary>The certificate of a server was refused; the message says why, the hint what to do.</summary>
internal sealed class ServerCertificateException(string message, string hint) : AuthenticationException(message)
{
    public string Hint { get; } = hint;
}
