using Oci.Distribution.Http;

namespace Oci.Distribution.Tests.Http;

public sealed class ResponseTimeoutHandlerTests
{
    [Fact]
    public async Task Send_OfABody_WaitsLonger_ByWhatASlowLineTakesForIt()
    {
        var clock = new HeldTimeProvider();
        using var invoker = new HttpMessageInvoker(new ResponseTimeoutHandler(new SilentHandler(), TimeSpan.FromSeconds(10), clock));
        using var request = new HttpRequestMessage(HttpMethod.Patch, "http://registry.example/") { Content = new ByteArrayContent(new byte[1024 * 1024]) };

        Task<HttpResponseMessage> sending = invoker.SendAsync(request, TestContext.Current.CancellationToken);
        await clock.WaitForTimerAsync(TimeSpan.FromSeconds(10 + 64));
        clock.Advance(TimeSpan.FromSeconds(73));

        Assert.False(sending.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<TimeoutException>(() => sending);
    }

    private sealed class SilentHandler : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            throw new InvalidOperationException();
        }
    }
}
