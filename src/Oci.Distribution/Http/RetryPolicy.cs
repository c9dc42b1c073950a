using System.Net;
using System.Net.Sockets;

namespace Oci.Distribution.Http;

/// <summary>Which failures may pass with time, and how long a registry asks to wait.</summary>
internal sealed class RetryPolicy(TimeSpan maxDelay, TimeProvider timeProvider)
{
    public static bool IsTransient(HttpStatusCode status) => status
        is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.InternalServerError
        or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    public static bool IsTransient(Exception exception) => exception switch
    {
        // The name server says that there is no such host; one that cannot say (TryAgain) may be asked again.
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError, InnerException: SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData } } => false,
        HttpRequestException e => e.HttpRequestError
            is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.ResponseEnded
            or HttpRequestError.Unknown or HttpRequestError.ProxyTunnelError,
        IOException or TimeoutException => true,
        _ => false,
    };

    /// <summary>False too where the registry asks for a longer wait than is allowed: to come back earlier would be rude and useless.</summary>
    public bool IsTransient(HttpResponseMessage response) =>
        IsTransient(response.StatusCode) && !(GetRetryAfter(response) > maxDelay);

    /// <summary><c>Retry-After</c>, in seconds or as a date (RFC 9110, section 10.2.3); <see langword="null"/> where there is none.</summary>
    public TimeSpan? GetRetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: TimeSpan delta } => delta,
        { Date: DateTimeOffset date } => Max(date - timeProvider.GetUtcNow(), TimeSpan.Zero),
        _ => null,
    };

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
