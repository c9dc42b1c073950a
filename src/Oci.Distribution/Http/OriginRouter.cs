using System.Net;
using System.Runtime.ExceptionServices;

namespace Oci.Distribution.Http;

/// <summary>The bottom of the pipeline: one set of connections for the registry, another, more careful one for every other host.</summary>
internal sealed class OriginRouter : HttpMessageHandler
{
    private readonly Uri _registry;
    private readonly string[] _trustedHosts;
    private readonly SocketsHttpHandler _foreignHandler;
    private readonly bool _insecure;
    private readonly HttpMessageInvoker _own;
    private readonly HttpMessageInvoker _foreign;

    public OriginRouter(Uri registry, RegistryClientOptions options)
    {
        _registry = registry;
        _trustedHosts = [.. options.TrustedHosts];
        _insecure = options.Insecure;
        if (options.Handler is HttpMessageHandler given)
        {
            ConnectionFactory.Check(given);
        }
        _foreignHandler = ConnectionFactory.CreateForeign(options);
        _foreignHandler.ConnectCallback ??= new ForeignConnector(registry, _trustedHosts).ConnectAsync;
        _own = new HttpMessageInvoker(options.Handler ?? new CertificateDemandHandler(ConnectionFactory.CreateOwn(options)), disposeHandler: options.Handler is null);
        _foreign = new HttpMessageInvoker(_foreignHandler);
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Uri uri = request.RequestUri!;
        if (IsRegistry(uri))
        {
            return _insecure ? SendInsecureAsync(request, cancellationToken) : _own.SendAsync(request, cancellationToken);
        }
        CheckProxy(uri, request.Method);
        return SendForeignAsync(request, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _own.Dispose();
            _foreign.Dispose();
        }
        base.Dispose(disposing);
    }

    private async Task<HttpResponseMessage> SendForeignAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await _foreign.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException e) when (e.InnerException is RegistryException refused)
        {
            // What the connector threw comes wrapped as a failure to connect, which would be tried again.
            ExceptionDispatchInfo.Throw(refused);
            throw;
        }
    }

    // Behind a proxy the address that is connected to is the proxy's, so it says nothing about the host.
    private void CheckProxy(Uri uri, HttpMethod method)
    {
        IWebProxy? proxy = _foreignHandler.UseProxy ? _foreignHandler.Proxy ?? HttpClient.DefaultProxy : null;
        if (proxy is not null && !proxy.IsBypassed(uri) && proxy.GetProxy(uri) is not null && !UriRules.IsListed(uri, _trustedHosts))
        {
            throw new RegistryException(
                $"The registry {_registry.Authority} sent this client to another host, and a proxy is in use, so that host's address cannot be checked.",
                method, uri, $"Where that is meant, add '{uri.IdnHost}' to RegistryClientOptions.TrustedHosts.");
        }
    }

    // An insecure registry is the same by http and by https.
    private bool IsRegistry(Uri uri) =>
        UriRules.IsSameOrigin(uri, _registry)
        || (_insecure && string.Equals(uri.IdnHost, _registry.IdnHost, StringComparison.OrdinalIgnoreCase)
            && (uri.Port == _registry.Port || (uri.IsDefaultPort && _registry.IsDefaultPort)));

    // Behind TLS it names itself by https, which would look like a stranger to all above.
    private async Task<HttpResponseMessage> SendInsecureAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response = await _own.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (response.Headers.Location is { IsAbsoluteUri: true } location && IsRegistry(location) && !UriRules.IsSameOrigin(location, _registry))
        {
            response.Headers.Location = new Uri(_registry, location.PathAndQuery);
        }
        if (LinkHeader.GetNext(response) is string link && Uri.TryCreate(link, UriKind.Absolute, out Uri? next)
            && UriRules.IsHttpOrHttps(next) && next.UserInfo.Length == 0 && IsRegistry(next) && !UriRules.IsSameOrigin(next, _registry))
        {
            response.Headers.Remove("Link");
            response.Headers.TryAddWithoutValidation("Link", $"<{next.PathAndQuery}>; rel=\"next\"");
        }
        return response;
    }
}
