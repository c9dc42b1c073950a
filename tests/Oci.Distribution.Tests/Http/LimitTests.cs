using System.Collections.Concurrent;
using Oci.Distribution.Http;
using Oci.Image;

namespace Oci.Distribution.Tests.Http;

public sealed class LimitTests
{
    private readonly QuickTimeProvider _clock = new();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task MaxConcurrentRequests_IsKeptTo(int most)
    {
        int now = 0;
        int peak = 0;
        await using var registry = new ScriptedRegistry(async e =>
        {
            int count = Interlocked.Increment(ref now);
            InterlockedMax(ref peak, count);
            await Task.Yield();
            Interlocked.Decrement(ref now);
            await e.RespondAsync(200);
        });
        using RegistryClient client = registry.CreateClient(o => o.MaxConcurrentRequests = most);

        await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => client.PingAsync()));

        Assert.InRange(peak, 1, most);
        Assert.Equal(40, registry.Requests.Count);
    }

    [Fact]
    public async Task MaxConcurrentRequests_OfOne_LetsAnOpenBlobAndTokensBe()
    {
        byte[] content = new byte[1_000_000];
        await using var registry = new ScriptedRegistry(e => e.Path == "/token"
            ? e.RespondAsync(200, """{"token":"t"}"""u8.ToArray())
            : e["Authorization"] is null
                ? e.RespondAsync(401, default, $"WWW-Authenticate: Bearer realm=\"http://{e["Host"]}/token\"")
                : e.RespondAsync(200, content));
        using RegistryClient client = registry.CreateClient(o => o.MaxConcurrentRequests = 1);

        await using Stream open = await client.Repository("a").OpenAsync(Descriptor.Create(MediaTypes.Layer, content));
        await client.PingAsync().WaitAsync(TimeSpan.FromSeconds(30));
        await open.ReadExactlyAsync(new byte[content.Length]);
    }

    [Fact]
    public async Task MaxConcurrentRequests_OfACancelledRequest_AreGivenBack()
    {
        int calls = 0;
        var reached = new TaskCompletionSource();
        await using var registry = new ScriptedRegistry(e =>
        {
            reached.TrySetResult();
            return Interlocked.Increment(ref calls) == 1 ? e.HangAsync() : e.RespondAsync(200);
        });
        using RegistryClient client = registry.CreateClient(o => o.MaxConcurrentRequests = 1);
        using var first = new CancellationTokenSource();
        using var second = new CancellationTokenSource();
        Task hanging = client.PingAsync(first.Token);
        Task waiting = client.PingAsync(second.Token);
        Task last = client.PingAsync();

        await reached.Task;
        await second.CancelAsync();
        var e = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(second.Token, e.CancellationToken);
        await first.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hanging);

        await last.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task MaxRequestsPerSecond_LetsASecondsWorthPass_ThenOneAfterAnother()
    {
        var gate = new RequestGate(int.MaxValue, maxPerSecond: 4, _clock);
        for (int i = 0; i < 4; i++)
        {
            await gate.EnterAsync(takesPlace: true, CancellationToken.None);
        }
        Assert.Empty(_clock.Waits);

        for (int i = 0; i < 8; i++)
        {
            await gate.EnterAsync(takesPlace: true, CancellationToken.None);
        }

        Assert.InRange(_clock.Waits.Count, 8, 8);
        Assert.InRange(_clock.GetElapsedTime(0).TotalSeconds, 2, 2.1);
    }

    [Theory]
    [InlineData(0.5, 6)]
    [InlineData(1, 3)]
    public async Task MaxRequestsPerSecond_OfOneOrLess_LetsNoneWaitLess(double rate, double seconds)
    {
        var gate = new RequestGate(int.MaxValue, rate, _clock);

        for (int i = 0; i < 4; i++)
        {
            await gate.EnterAsync(takesPlace: true, CancellationToken.None);
        }

        Assert.InRange(_clock.GetElapsedTime(0).TotalSeconds, seconds, seconds + 0.1);
    }

    [Fact]
    public async Task Gate_IsFair_AndOneWhoGivesUpTakesNothing()
    {
        var clock = new HeldTimeProvider();
        var gate = new RequestGate(maxConcurrent: 1, maxPerSecond: null, clock);
        await gate.EnterAsync(takesPlace: true, CancellationToken.None);
        var order = new ConcurrentQueue<int>();
        using var cancellation = new CancellationTokenSource();
        Task[] waiting = [.. Enumerable.Range(0, 6).Select(i => EnterAsync(i, i == 2 ? cancellation.Token : CancellationToken.None))];

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting[2]);
        gate.Leave(tookPlace: true);
        await Task.WhenAll(waiting.Where((_, i) => i != 2)).WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal([0, 1, 3, 4, 5], order);

        async Task EnterAsync(int number, CancellationToken cancellationToken)
        {
            await gate.EnterAsync(takesPlace: true, cancellationToken);
            order.Enqueue(number);
            gate.Leave(tookPlace: true);
        }
    }

    [Fact]
    public async Task Gate_ThatIsPaused_HoldsAllUntilThePauseIsOver()
    {
        var clock = new HeldTimeProvider();
        var gate = new RequestGate(int.MaxValue, maxPerSecond: null, clock);
        gate.Pause(TimeSpan.FromSeconds(5));
        gate.Pause(TimeSpan.FromSeconds(2));
        Task[] waiting = [gate.EnterAsync(true, CancellationToken.None), gate.EnterAsync(false, CancellationToken.None)];

        clock.Advance(TimeSpan.FromSeconds(4.9));
        Assert.All(waiting, task => Assert.False(task.IsCompleted));
        clock.Advance(TimeSpan.FromSeconds(0.2));

        await Task.WhenAll(waiting).WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task RetryAfter_OfOneRequest_HoldsTheOthersToTheHost(int status)
    {
        var clock = new HeldTimeProvider();
        int calls = 0;
        await using var registry = new ScriptedRegistry(e => Interlocked.Increment(ref calls) == 1 ? e.RespondAsync(status, default, "Retry-After: 7") : e.RespondAsync(200));
        using RegistryClient client = registry.CreateClient(o =>
        {
            o.TimeProvider = clock;
            o.MaxRetryDelay = TimeSpan.FromSeconds(10);
        });
        Task first = client.PingAsync();
        await clock.WaitForTimerAsync(TimeSpan.FromSeconds(7));

        Task second = client.PingAsync();
        await clock.WaitForTimerAsync(TimeSpan.FromMilliseconds(7001));

        Assert.Equal(1, calls);
        clock.Advance(TimeSpan.FromSeconds(7.1));
        await Task.WhenAll(first, second).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(3, calls);
    }

    [Fact]
    public async Task RetryAfter_LongerThanIsAllowed_HoldsNobody()
    {
        int calls = 0;
        await using var registry = new ScriptedRegistry(e => ++calls == 1 ? e.RespondAsync(429, default, "Retry-After: 3600") : e.RespondAsync(200));
        using RegistryClient client = registry.CreateClient();

        await Assert.ThrowsAsync<RegistryException>(() => client.PingAsync());

        await client.PingAsync().WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void MaxRequestsPerSecond_OfNoRate_IsRefused(double rate)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new RegistryClientOptions { MaxRequestsPerSecond = rate });
        Assert.Throws<ArgumentOutOfRangeException>(() => new RegistryClientOptions { MaxConcurrentRequests = 0 });
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int old;
        while (value > (old = Volatile.Read(ref target)) && Interlocked.CompareExchange(ref target, value, old) != old)
        {
        }
    }
}
