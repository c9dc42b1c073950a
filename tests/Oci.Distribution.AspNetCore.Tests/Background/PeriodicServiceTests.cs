using System.Threading.Channels;
using Oci.Distribution.AspNetCore.Background;

namespace Oci.Distribution.AspNetCore.Tests.Background;

public sealed class PeriodicServiceTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Round_CancelledByAnotherToken_IsLoggedAndTheNextOneRuns()
    {
        var time = new ManualTimeProvider();
        using var service = new Service(time, _ => throw new OperationCanceledException("Not our token, says the test."));
        await service.StartAsync(default);

        for (int round = 0; round < 2; round++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            using var cancellation = new CancellationTokenSource(Limit);
            Assert.IsType<OperationCanceledException>(await service.Failures.Reader.ReadAsync(cancellation.Token));
        }

        await service.StopAsync(default);
    }

    [Fact]
    public async Task Stop_RoundFailsForIt_EndsWithoutAnError()
    {
        var time = new ManualTimeProvider();
        var started = new TaskCompletionSource();
        using var service = new Service(time, async token =>
        {
            started.SetResult();
            var cancelled = new TaskCompletionSource();
            using (token.Register(cancelled.SetResult))
            {
                await cancelled.Task;
            }
            throw new IOException("The store is gone, says the test.");
        });
        await service.StartAsync(default);
        time.Advance(TimeSpan.FromSeconds(1));
        await started.Task.WaitAsync(Limit);

        await service.StopAsync(default);

        Assert.False(service.Failures.Reader.TryRead(out _));
    }

    private sealed class Service(TimeProvider time, Func<CancellationToken, Task> round) : PeriodicService(time)
    {
        public Channel<Exception> Failures { get; } = Channel.CreateUnbounded<Exception>();

        protected override TimeSpan? Period => TimeSpan.FromSeconds(1);

        protected override Task RunOnceAsync(CancellationToken cancellationToken) => round(cancellationToken);

        protected override void LogFailed(Exception exception) => Failures.Writer.TryWrite(exception);
    }
}
