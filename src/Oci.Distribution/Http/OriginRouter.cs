using System.Net;
using System.Runtime.ExceptionServices;

namespace Oci.Distribution.Http;

/// <summary>The bottom of the pipeline: one set of connections for the registry, another, more careful one for every other host.</summary>
internal sealed class OriginRouter : HttpMessageHandler
{
    private readonly Uri _registry;
    private readonly string[] _trustedHosts;
    private readonly SocketsHttpHandler _foreignHandler;
    private readonly HttpMessageInvoker _own;
    private readonly HttpMessageInvoker _foreign;

    public OriginRouter(Uri registry, RegistryClientOptions options)
    {
        _registry = registry;
        _trustedHosts = [.. options.TrustedHosts];
        SocketsHttpHandler own = Create(options);
        _foreignHandler = Create(options);
        _foreignHandler.ConnectCallback ??= new ForeignConnector(registry, _trustedHosts).ConnectAsync;
        _own = new HttpMessageInvoker(own);
        _foreign = new HttpMessageInvoker(_foreignHandler);
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Uri uri = request.RequestUri!;
        if (UriRules.IsSameOrigin(uri, _registry))
        {
            return _own.SendAsync(request, cancellationToken);
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

    private static SocketsHttpHandler Create(RegistryClientOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            // Redirects are followed by RedirectHandler, and bytes must come as they are: digests are over them.
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(30),
            Expect100ContinueTimeout = TimeSpan.FromSeconds(1),
            MaxConnectionsPerServer = options.MaxConnectionsPerHost,
            MaxResponseHeadersLength = 64,
            MaxResponseDrainSize = 64 * 1024,
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        };
        options.ConfigureHandler?.Invoke(handler);
        return handler;
    }
}
