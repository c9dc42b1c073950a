namespace Oci.Distribution.Http;

/// <summary>Gives up on an answer whose head does not come, after the time that the request's own body takes on a slow line. Bodies have timeouts of their own, by progress.</summary>
internal sealed class ResponseTimeoutHandler(HttpMessageHandler inner, TimeSpan timeout, TimeProvider timeProvider) : DelegatingHandler(inner)
{
    // A slower line than this fails.
    private const int LeastBytesPerSecond = 16 * 1024;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!RequestRules.HasReplayableBody(request))
        {
            // The time that a streamed body takes depends on its size.
            return await SendAsync(request, cancellationToken, cancellationToken).ConfigureAwait(false);
        }
        TimeSpan patience = timeout + TimeSpan.FromSeconds((request.Content?.Headers.ContentLength ?? 0) / LeastBytesPerSecond);
        using var timer = new CancellationTokenSource(patience, timeProvider);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        try
        {
            return await SendAsync(request, both.Token, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (timer.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"No answer came within {patience.TotalSeconds:0.#} seconds.", e);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken token, CancellationToken callerToken)
    {
        try
        {
            return await base.SendAsync(request, token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!token.IsCancellationRequested)
        {
            // SocketsHttpHandler tells its ConnectTimeout so.
            throw new TimeoutException("No connection could be made in time.", e);
        }
        catch (OperationCanceledException e) when (callerToken.IsCancellationRequested && e.CancellationToken != callerToken)
        {
            throw new OperationCanceledException(e.Message, e, callerToken);
        }
    }
}
