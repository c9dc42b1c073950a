using System.Collections.Concurrent;
using System.Net;

namespace Oci.Distribution.Http;

/// <summary>Keeps to the limits that the user set for each host, and to the rest that a host asks for.</summary>
/// <remarks>
/// A request has its place until the head of its answer is there: who holds a blob open, and asks for more meanwhile,
/// must not wait for himself. For the same reason an upload that streams takes no place: its source may be a blob of
/// the same host, and may have to ask for its rest while the upload waits.
/// </remarks>
internal sealed class LimitHandler(HttpMessageHandler inner, RegistryClientOptions options) : DelegatingHandler(inner)
{
    // A registry may redirect to ever new hosts; those beyond this number share a gate.
    private const int MaxHosts = 256;
    private const string OtherHosts = "*";

    private readonly ConcurrentDictionary<string, RequestGate> _gates = new(StringComparer.OrdinalIgnoreCase);
    private readonly int _maxConcurrent = options.MaxConcurrentRequests;
    private readonly double? _maxPerSecond = options.MaxRequestsPerSecond;
    private readonly RetryPolicy _policy = new(options.MaxRetryDelay, options.TimeProvider);
    private readonly TimeProvider _timeProvider = options.TimeProvider;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        RequestGate gate = GetGate(request.RequestUri!.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped));
        bool takesPlace = RequestRules.HasReplayableBody(request);
        await gate.EnterAsync(takesPlace, cancellationToken).ConfigureAwait(false);
        try
        {
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            // A longer wait than is allowed fails the call, and must not hold up others, who are told the same.
            if (response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable
                && _policy.IsTransient(response) && _policy.GetRetryAfter(response) is TimeSpan wait)
            {
                gate.Pause(wait);
            }
            return response;
        }
        finally
        {
            gate.Leave(takesPlace);
        }
    }

    private RequestGate GetGate(string host) =>
        _gates.TryGetValue(host, out RequestGate? gate)
            ? gate
            : _gates.GetOrAdd(_gates.Count < MaxHosts ? host : OtherHosts, _ => new RequestGate(_maxConcurrent, _maxPerSecond, _timeProvider));
}
