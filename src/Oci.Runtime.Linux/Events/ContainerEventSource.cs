using System.Globalization;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Oci.Common.Linux;
using Oci.Runtime.Linux.Cgroups;
using Oci.Runtime.Linux.Processes;

namespace Oci.Runtime.Linux.Events;

/// <summary>Watches one container, for one who listens.</summary>
/// <param name="container">The container.</param>
/// <param name="cgroup">Its cgroup; null where it has none, and so nothing but its end can be told.</param>
/// <param name="process">Its first process.</param>
/// <param name="options">What is asked for.</param>
/// <param name="time">The clock.</param>
internal sealed class ContainerEventSource(Container container, ICgroup? cgroup, WatchedProcess process, WatchEventsOptions options, TimeProvider time)
{
    /// <summary>A listener that is slow makes the sources wait; the kernel counts on meanwhile.</summary>
    private const int MaxWaiting = 64;

    private readonly Channel<ContainerEvent> _events = Channel.CreateBounded<ContainerEvent>(MaxWaiting);
    private ulong? _killCount;
    private bool _hasToldMemory;

    /// <summary>The events; each who reads them gets a watch of its own.</summary>
    public static async IAsyncEnumerable<ContainerEvent> ReadAsync(
        Container container, ICgroup? cgroup, WatchedProcess process, WatchEventsOptions options, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (ContainerEvent e in new ContainerEventSource(container, cgroup, process, options, time).ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return e;
        }
    }

    private async IAsyncEnumerable<ContainerEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using IOutOfMemoryWatch? memory = OpenMemory();
        _killCount = memory?.ReadKillCount();
        var pressure = new List<(PressureTrigger Trigger, CgroupFileWatch File)>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task? produced = null;
        try
        {
            foreach (PressureTrigger trigger in options.Pressure)
            {
                pressure.Add((trigger, OpenPressure(trigger)));
            }
            produced = ProduceAsync(memory, pressure, stop.Token);
            await foreach (ContainerEvent e in _events.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return e;
            }
            await produced.ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            if (produced is not null)
            {
                // What it failed with has come out of the channel already; here only its end counts.
                await produced.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            foreach ((_, CgroupFileWatch file) in pressure)
            {
                file.Dispose();
            }
        }
    }

    private async Task ProduceAsync(IOutOfMemoryWatch? memory, List<(PressureTrigger Trigger, CgroupFileWatch File)> pressure, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        List<Task> sources = [.. pressure.Select(p => WatchPressureAsync(p.Trigger, p.File, ended.Token))];
        if (memory is not null)
        {
            sources.Add(WatchMemoryAsync(memory, ended.Token, cancellationToken));
        }
        if (options.StatsInterval is { } interval)
        {
            sources.Add(WatchStatsAsync(interval, ended.Token));
        }
        Exception? failure = null;
        try
        {
            await EndOrFailAsync(sources).WaitAsync(cancellationToken).ConfigureAwait(false);
            ExitStatus status = await process.Exited.ConfigureAwait(false);
            await ended.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(sources).ConfigureAwait(false);
            if (memory is not null)
            {
                // What killed it is told before its end, however the two came in.
                await TellMemoryAsync(memory, cancellationToken).ConfigureAwait(false);
            }
            await TellAsync(new ContainerExitEvent { ContainerId = container.Id, Time = time.GetUtcNow(), Status = status }, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            failure = e;
            throw;
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(sources).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _events.Writer.TryComplete(failure);
        }
    }

    /// <summary>Waits for the process's end. A source may end before, with the cgroup; one that fails ends this.</summary>
    private async Task EndOrFailAsync(IEnumerable<Task> sources)
    {
        List<Task> running = [.. sources];
        while (running.Count > 0)
        {
            Task first = await Task.WhenAny([process.Exited, .. running]).ConfigureAwait(false);
            await first.ConfigureAwait(false);
            if (first == process.Exited)
            {
                return;
            }
            running.Remove(first);
        }
        await process.Exited.ConfigureAwait(false);
    }

    private async Task WatchMemoryAsync(IOutOfMemoryWatch memory, CancellationToken ended, CancellationToken cancellationToken)
    {
        try
        {
            while (await memory.WaitAsync(ended).ConfigureAwait(false))
            {
                await TellMemoryAsync(memory, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The container has ended, or nobody listens any more.
        }
    }

    private async Task TellMemoryAsync(IOutOfMemoryWatch memory, CancellationToken cancellationToken)
    {
        // A signal comes before the count has changed, so that the count tells only what no signal has told.
        bool isSignalled = memory.TakeSignal();
        ulong? count = memory.ReadKillCount();
        if (isSignalled || (count > _killCount && !(memory.HasSignal && _hasToldMemory)))
        {
            _hasToldMemory = true;
            await TellAsync(new ContainerOutOfMemoryEvent { ContainerId = container.Id, Time = time.GetUtcNow(), KillCount = count }, cancellationToken).ConfigureAwait(false);
        }
        _killCount = count ?? _killCount;
    }

    private async Task WatchPressureAsync(PressureTrigger trigger, CgroupFileWatch file, CancellationToken cancellationToken)
    {
        try
        {
            while (await file.WaitAsync(cancellationToken).ConfigureAwait(false))
            {
                await TellAsync(new ContainerPressureEvent { ContainerId = container.Id, Time = time.GetUtcNow(), Trigger = trigger }, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // As above.
        }
    }

    private async Task WatchStatsAsync(TimeSpan interval, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false) && !process.Exited.IsCompleted)
            {
                ContainerStats stats = await container.GetStatsAsync(cancellationToken).ConfigureAwait(false);
                await TellAsync(new ContainerStatsEvent { ContainerId = container.Id, Time = stats.Time, Stats = stats }, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // As above.
        }
        catch (ContainerException) when (process.HasEnded)
        {
            // It ended between two numbers; its end is told by itself.
        }
    }

    private ValueTask TellAsync(ContainerEvent e, CancellationToken cancellationToken) => _events.Writer.WriteAsync(e, cancellationToken);

    private IOutOfMemoryWatch? OpenMemory() =>
        cgroup is null ? null
        : cgroup.Paths.TryGetValue("memory", out string? v1) ? OutOfMemoryWatchV1.Open(v1, container.Id)
        : cgroup.Paths.TryGetValue("", out string? v2) ? OutOfMemoryWatchV2.Open(v2, container.Id)
        : null;

    private CgroupFileWatch OpenPressure(PressureTrigger trigger)
    {
        string file = trigger.Resource switch { PressureResource.Cpu => "cpu.pressure", PressureResource.Memory => "memory.pressure", _ => "io.pressure" };
        if (cgroup?.Paths.GetValueOrDefault("") is not { } directory)
        {
            throw Failure(Errno.None, file, "only cgroup v2 counts pressure for a container; /proc/pressure is of the whole host");
        }
        string text = string.Create(CultureInfo.InvariantCulture,
            $"{(trigger.IsFull ? "full" : "some")} {(long)trigger.Stall.TotalMicroseconds} {(long)trigger.Window.TotalMicroseconds}");
        Errno errno = CgroupFileWatch.OpenPressure($"{directory}/{file}", text, out CgroupFileWatch? watch);
        return errno == Errno.None ? watch! : throw Failure(errno, $"{directory}/{file}", null);
    }

    private ContainerException Failure(Errno errno, string path, string? detail) => ContainerException.From(
        new ContainerFailure
        {
            ContainerId = container.Id,
            Step = $"watching {path}",
            Errno = errno,
            Path = path,
            Hint = errno switch
            {
                Errno.EOPNOTSUPP => "The kernel was booted without pressure stall information: add psi=1 to its command line.",
                Errno.EINVAL => "Without CAP_SYS_RESOURCE only windows of whole multiples of two seconds can be asked for.",
                _ => null,
            },
        },
        detail);
}
