using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Oci.Distribution.Http;

/// <summary>Checks servers as the system does, with authorities beside its own, and says why one is refused.</summary>
internal sealed class ServerCertificateValidator(IReadOnlyList<X509Certificate2> authorities)
{
    // RFC 5280, section 4.2.1.12: id-kp-serverAuth.
    private static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");

    /// <summary>The callback of <see cref="SslClientAuthenticationOptions.RemoteCertificateValidationCallback"/>.</summary>
    /// <exception cref="ServerCertificateException">The server is refused.</exception>
    public bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
        {
            return true;
        }
        string host = sender is SslStream { TargetHostName.Length: > 0 } stream ? stream.TargetHostName : "the server";
        if (certificate is null || chain is null)
        {
            throw new ServerCertificateException($"{host} showed no certificate.", "Check that it is set up for https.");
        }
        using var server = X509CertificateLoader.LoadCertificate(certificate.Export(X509ContentType.Cert));
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            throw new ServerCertificateException(
                $"The certificate of {host} is for {DescribeNames(server)}, and not for {host}.", "Name the registry as its certificate does, or have it made for this name.");
        }
        return IsTrustedHere(server, chain, out X509ChainStatusFlags problems) ? true : throw Refuse(host, server, problems);
    }

    // All checks anew, but for who stands at the root.
    private bool IsTrustedHere(X509Certificate2 server, X509Chain first, out X509ChainStatusFlags problems)
    {
        problems = Flags(first);
        if (authorities.Count == 0)
        {
            return false;
        }
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities.ToArray());
        chain.ChainPolicy.ExtraStore.AddRange(first.ChainElements.Select(e => e.Certificate).Concat(first.ChainPolicy.ExtraStore).ToArray());
        chain.ChainPolicy.RevocationMode = first.ChainPolicy.RevocationMode;
        chain.ChainPolicy.ApplicationPolicy.Add(ServerAuthentication);
        bool isTrusted = chain.Build(server);
        problems = Flags(chain);
        return isTrusted;
    }

    private static X509ChainStatusFlags Flags(X509Chain chain) => chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);

    private static ServerCertificateException Refuse(string host, X509Certificate2 server, X509ChainStatusFlags problems)
    {
        if (problems.HasFlag(X509ChainStatusFlags.NotTimeValid))
        {
            string from = server.NotBefore.ToUniversalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            string to = server.NotAfter.ToUniversalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            return new ServerCertificateException($"The certificate of {host}, or of its authority, is not valid at this time; that of {host} is from {from} to {to}.", "Have it renewed, and check this machine's clock.");
        }
        if ((problems & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain)) != 0)
        {
            return new ServerCertificateException(
                $"The certificate of {host} was issued by '{server.Issuer}', which is not trusted here.",
                "Where that authority is right, put its certificate into certs.d/HOST:PORT/ca.crt, or into RegistryClientOptions.Certificates.");
        }
        return new ServerCertificateException($"The certificate of {host} is not right: {problems}.", "Have it made anew.");
    }

    private static string DescribeNames(X509Certificate2 server)
    {
        string[] names = [.. server.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(e => e.EnumerateDnsNames().Concat(e.EnumerateIPAddresses().Select(a => a.ToString()))).Take(5)];
        // A server writes its names itself, so lines of its own are not for logs.
        string text = names.Length > 0 ? string.Join(", ", names) : $"'{server.Subject}'";
        return string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
    }
}
