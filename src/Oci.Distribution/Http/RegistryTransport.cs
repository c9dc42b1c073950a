using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Oci.Distribution.Authentication;

namespace Oci.Distribution.Http;

/// <summary>Sends the requests of one client through the handlers, and turns failures into <see cref="RegistryException"/>.</summary>
internal sealed class RegistryTransport : IDisposable
{
    private readonly HttpMessageInvoker _invoker;
    private readonly HttpMessageInvoker _tokenInvoker;
    private readonly Authenticator _authenticator;
    private readonly string _userAgent;
    private readonly TimeSpan _retryDelay;
    private readonly TimeSpan _maxRetryDelay;

    public RegistryTransport(Uri registry, RegistryClientOptions options)
    {
        Registry = registry;
        _userAgent = options.UserAgent;
        TimeProvider = options.TimeProvider;
        IdleTimeout = options.IdleTimeout;
        ResponseTimeout = options.ResponseTimeout;
        MaxManifestSize = options.MaxManifestSize;
        ChunkSize = options.ChunkSize;
        MaxRetries = options.MaxRetries;
        _retryDelay = options.RetryDelay;
        _maxRetryDelay = options.MaxRetryDelay;
        Logger = (options.LoggerFactory ?? NullLoggerFactory.Instance).CreateLogger(RegistryTelemetry.Name);

        // From the wire up: connections, timeout, limits, redirects; then retries for token requests, or
        // authentication and retries for the registry's own. Nothing above knows of anything below.
        HttpMessageHandler timed = new ResponseTimeoutHandler(new OriginRouter(registry, options), options.ResponseTimeout, options.TimeProvider);
        HttpMessageHandler wire = new RedirectHandler(new LimitHandler(timed, options), options.AllowHttpRedirects);
        _tokenInvoker = new HttpMessageInvoker(new ResilienceHandler(wire, options, Logger), disposeHandler: false);
        _authenticator = new Authenticator(registry, new TokenService(registry, _tokenInvoker, options, Logger), options);
        HttpMessageHandler top = new AuthenticationHandler(wire, registry, _authenticator);
        top = new WarningHandler(new ResilienceHandler(top, options, Logger), options.OnWarning, Logger);
        _invoker = new HttpMessageInvoker(new TelemetryHandler(top, Logger));
    }

    public Uri Registry { get; }

    public TimeProvider TimeProvider { get; }

    public TimeSpan IdleTimeout { get; }

    public TimeSpan ResponseTimeout { get; }

    public int MaxManifestSize { get; }

    public int ChunkSize { get; }

    public int MaxRetries { get; }

    public ILogger Logger { get; }

    /// <summary>Held while the list of the referrers of a manifest is read, extended and written back.</summary>
    public SemaphoreSlim RecordingReferrers { get; } = new(1);

    /// <summary>A request below the registry's root.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">The path and query after the host. What stands in it was validated or escaped.</param>
    /// <param name="scope">The access that is needed.</param>
    public HttpRequestMessage CreateRequest(HttpMethod method, string path, AccessScope scope) => CreateRequest(method, new Uri(Registry, path), scope);

    /// <summary>A request to an address that the registry gave.</summary>
    public HttpRequestMessage CreateRequest(HttpMethod method, Uri uri, AccessScope scope)
    {
        // HTTP/1.1: several connections carry several blobs faster than the streams of one.
        var request = new HttpRequestMessage(method, uri) { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.TryAddWithoutValidation("User-Agent", _userAgent);
        RequestRules.SetScope(request, scope);
        return request;
    }

    /// <summary>Sends a request. The answer's body is not read; the caller disposes the answer.</summary>
    /// <exception cref="RegistryException">No answer came.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await _invoker.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TimeoutException)
        {
            throw Unreachable(e, request);
        }
    }

    /// <summary>Sends a request and throws what the registry tells unless the status is one of <paramref name="expected"/>.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken, params HttpStatusCode[] expected)
    {
        HttpResponseMessage response = await SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (expected.Contains(response.StatusCode))
        {
            return response;
        }
        using (response)
        {
            throw await ReadErrorAsync(response, request, cancellationToken).ConfigureAwait(false);
        }
    }

    public Task<RegistryException> ReadErrorAsync(HttpResponseMessage response, HttpRequestMessage request, CancellationToken cancellationToken, string? hint = null) =>
        ErrorReader.ReadAsync(response, request, IdleTimeout, TimeProvider, cancellationToken, hint);

    /// <summary>Reads a body into memory, whole.</summary>
    /// <exception cref="RegistryException">It is longer than <paramref name="cap"/>, or broke off.</exception>
    public async Task<byte[]> ReadBodyAsync(HttpResponseMessage response, HttpRequestMessage request, int cap, CancellationToken cancellationToken)
    {
        try
        {
            return await CappedContent.ReadAsync(response.Content, cap, IdleTimeout, TimeProvider, cancellationToken).ConfigureAwait(false)
                ?? throw new RegistryException($"The answer has more than {cap} bytes, which is the most that is read.", request.Method, request.RequestUri);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TimeoutException)
        {
            throw Unreachable(e, request);
        }
    }

    /// <summary>Waits before a transfer is taken up again: not at all the first time, then longer each time.</summary>
    public Task DelayAsync(int attempt, CancellationToken cancellationToken)
    {
        TimeSpan delay = attempt == 0 ? TimeSpan.Zero : _retryDelay * Math.Pow(2, attempt - 1);
        return Task.Delay(delay < _maxRetryDelay ? delay : _maxRetryDelay, TimeProvider, cancellationToken);
    }

    public static RegistryException Unreachable(Exception e, HttpRequestMessage request)
    {
        if (e.InnerException is ServerCertificateException refused)
        {
            return new RegistryException(refused.Message, request.Method, request.RequestUri, refused.Hint, e);
        }
        string? hint = (e as HttpRequestException)?.HttpRequestError switch
        {
            HttpRequestError.SecureConnectionError => "Where the registry speaks plain http, name it with an http address.",
            HttpRequestError.NameResolutionError => "Check the registry's name, and that this machine can resolve names.",
            HttpRequestError.ConnectionError => "Check the address and the port, and that the registry runs.",
            _ => null,
        };
        return new RegistryException($"The registry could not be reached, or broke off: {EndSentence(e.Message)}", request.Method, request.RequestUri, hint, e) { IsTransient = RetryPolicy.IsTransient(e) };
    }

    public void Dispose()
    {
        RecordingReferrers.Dispose();
        _invoker.Dispose();
        _tokenInvoker.Dispose();
        _authenticator.Dispose();
    }

    private static string EndSentence(string text) => text.EndsWith('.') ? text : $"{text}.";
}
