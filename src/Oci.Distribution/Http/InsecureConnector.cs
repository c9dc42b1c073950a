using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Oci.Distribution.Http;

/// <summary>Connects to a registry that the user calls insecure: by TLS where it speaks it, whoever it is, else in the clear, as peers do.</summary>
/// <remarks>Addresses stay http, so that nothing above trusts the registry more than that. One that spoke TLS once must go on doing so.</remarks>
internal sealed class InsecureConnector(SslClientAuthenticationOptions ssl, TimeProvider timeProvider)
{
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);

    private volatile Scheme _known;

    private enum Scheme
    {
        Unknown,
        Http,
        Https,
    }

    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        Uri uri = context.InitialRequestMessage.RequestUri!;
        DnsEndPoint target = context.DnsEndPoint;
        // Another host is a proxy's, and over https the handler makes TLS itself.
        bool isOwnToChoose = UriRules.IsHttp(uri) && string.Equals(target.Host, uri.IdnHost, StringComparison.OrdinalIgnoreCase);
        if (!isOwnToChoose || _known == Scheme.Http)
        {
            return await OpenAsync(target, cancellationToken).ConfigureAwait(false);
        }
        var secureTarget = uri.IsDefaultPort ? new DnsEndPoint(target.Host, 443) : target;
        try
        {
            Stream secure = await OpenSecureAsync(secureTarget, cancellationToken).ConfigureAwait(false);
            _known = Scheme.Https;
            return secure;
        }
        catch (Exception e) when (_known == Scheme.Unknown && !cancellationToken.IsCancellationRequested && IsNoTls(e, secureTarget, target))
        {
            Stream plain = await OpenAsync(target, cancellationToken).ConfigureAwait(false);
            _known = Scheme.Http;
            return plain;
        }
    }

    // Where the same port refused, it would again.
    private static bool IsNoTls(Exception e, DnsEndPoint secure, DnsEndPoint plain) =>
        e is AuthenticationException or IOException or OperationCanceledException || (e is SocketException && secure.Port != plain.Port);

    private async Task<Stream> OpenSecureAsync(DnsEndPoint target, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(HandshakeTimeout, timeProvider);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        var stream = new SslStream(await OpenAsync(target, both.Token).ConfigureAwait(false), leaveInnerStreamOpen: false);
        try
        {
            var options = new SslClientAuthenticationOptions
            {
                TargetHost = target.Host,
                ClientCertificateContext = ssl.ClientCertificateContext,
                RemoteCertificateValidationCallback = static (_, _, _, _) => true,
            };
            await stream.AuthenticateAsClientAsync(options, both.Token).ConfigureAwait(false);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static async Task<Stream> OpenAsync(DnsEndPoint target, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(target, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
