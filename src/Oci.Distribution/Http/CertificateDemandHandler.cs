using System.Security.Cryptography.X509Certificates;

namespace Oci.Distribution.Http;

/// <summary>Tells a server that breaks off since it was shown no client certificate from one that is down: the two look the same on the wire.</summary>
internal sealed class CertificateDemandHandler : DelegatingHandler
{
    private volatile bool _isDemanded;
    private volatile bool _isAnswered;

    public CertificateDemandHandler(SocketsHttpHandler inner)
        : base(inner)
    {
        if (inner.SslOptions is { ClientCertificateContext: null, ClientCertificates: null, LocalCertificateSelectionCallback: null })
        {
            inner.SslOptions.LocalCertificateSelectionCallback = NoteDemand;
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            _isAnswered = true;
            return response;
        }
        catch (Exception e) when (e is HttpRequestException or IOException && e.InnerException is not ServerCertificateException && _isDemanded && !_isAnswered)
        {
            throw new HttpRequestException(
                HttpRequestError.SecureConnectionError,
                "The server asks for a client certificate, and none is set. Put NAME.cert and NAME.key into certs.d/HOST:PORT, or set RegistryClientOptions.Certificates.",
                e);
        }
    }

    // It is called before the handshake too, without the server's certificate. Null says that there is none, which is right.
    private X509Certificate NoteDemand(object sender, string targetHost, X509CertificateCollection localCertificates, X509Certificate? remoteCertificate, string[] acceptableIssuers)
    {
        _isDemanded |= remoteCertificate is not null;
        return null!;
    }
}
