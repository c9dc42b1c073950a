using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Runtime.Linux.Cgroups;
using Oci.Runtime.Linux.Events;
using Oci.Runtime.Linux.Lifecycle;
using Oci.Runtime.Linux.Processes;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux;

public sealed partial class Container
{
    /// <summary>Stops all processes of the container where they are, until <see cref="ResumeAsync"/>; none notices.</summary>
    /// <param name="cancellationToken">Ends the wait until all have stopped; they are let go on then.</param>
    /// <exception cref="ContainerException">The container is not created or running, is paused already, or has no cgroup to freeze.</exception>
    public async Task PauseAsync(CancellationToken cancellationToken = default)
    {
        const string step = "pausing it";
        cancellationToken.ThrowIfCancellationRequested();
        switch (ContainerProbe.GetStatus(_record, _directory))
        {
            case ContainerStatus.Paused:
                throw Failure(step, "container not running: it is paused", null);
            case ContainerStatus.Stopped:
                throw Failure(step, "container not running", null);
        }
        await OpenCgroup(step).SetFrozenAsync(frozen: true, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Lets the processes of a paused container go on.</summary>
    /// <param name="cancellationToken">Ends the wait until all go on.</param>
    /// <exception cref="ContainerException">The container is not paused.</exception>
    public async Task ResumeAsync(CancellationToken cancellationToken = default)
    {
        const string step = "resuming it";
        cancellationToken.ThrowIfCancellationRequested();
        if (ContainerProbe.GetStatus(_record, _directory) != ContainerStatus.Paused)
        {
            throw Failure(step, "container not paused", null);
        }
        await OpenCgroup(step).SetFrozenAsync(frozen: false, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Changes limits of the container while it runs.</summary>
    /// <param name="resources">What is to change; members that are null stay as they are. Device rules replace all that were there.</param>
    /// <param name="cancellationToken">Ends the call before anything is changed.</param>
    /// <returns>What was asked for and is not enforced, a sentence each.</returns>
    /// <remarks>
    /// Where the kernel refuses one limit, those that were set before it are set back, except limits by device, which the
    /// kernel keeps as lists. The configuration in the bundle is not changed.
    /// </remarks>
    /// <exception cref="InvalidSpecException">A limit is not valid, or this version of cgroups has none of its kind; nothing was changed.</exception>
    /// <exception cref="ContainerException">The container is not running, or the kernel refused a limit; the message names file, value and member.</exception>
    public async Task<IReadOnlyList<string>> UpdateAsync(LinuxResources resources, CancellationToken cancellationToken = default)
    {
        const string step = "updating its limits";
        ArgumentNullException.ThrowIfNull(resources);
        cancellationToken.ThrowIfCancellationRequested();
        IReadOnlyList<SpecFinding> findings = ResourceRules.Check(resources);
        if (findings.Any(f => f.Severity == SpecSeverity.Error))
        {
            throw new InvalidSpecException("resources", findings);
        }
        ThrowIfStopped(step);
        RuntimeSpec spec = ReadSpec(cancellationToken);
        return await OpenCgroup(step).UpdateAsync(resources, spec.Linux ?? new LinuxSpec(), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What the container uses now. It may be paused.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ContainerException">The container is not running, or has no cgroup.</exception>
    public Task<ContainerStats> GetStatsAsync(CancellationToken cancellationToken = default)
    {
        const string step = "reading its statistics";
        cancellationToken.ThrowIfCancellationRequested();
        using SafeFileHandle process = ContainerProbe.OpenProcess(_record) ?? throw NotRunning(step);
        ContainerStats stats = OpenCgroup(step).ReadStats(Time.GetUtcNow());
        IReadOnlyList<NetworkInterfaceStats> interfaces = ContainerInterfaces.Read(Pid);
        // Until here the number was the process's own, if it has not ended now.
        return Libc.IsReady(process, Libc.POLLIN)
            ? Task.FromException<ContainerStats>(NotRunning(step))
            : Task.FromResult(stats with { NetworkInterfaces = interfaces });
    }

    /// <summary>The numbers of all processes of the container, as this process's pid namespace has them.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The numbers in order. By the time they are used, a process may have ended and its number be another's.</returns>
    /// <exception cref="ContainerException">The container is not running, or has neither a cgroup nor a pid namespace of its own.</exception>
    public Task<IReadOnlyList<int>> GetProcessesAsync(CancellationToken cancellationToken = default)
    {
        const string step = "listing its processes";
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfStopped(step);
        IReadOnlyList<int> pids = _record.CgroupPaths is null && _record.OwnsPidNamespace
            ? PidNamespaceProcesses.Read(Pid)
            : OpenCgroup(step).ReadProcesses();
        return Task.FromResult<IReadOnlyList<int>>([.. pids.Where(pid => pid > 0).Order()]);
    }

    /// <summary>Sends a signal to every process of the container, also where its first one has ended.</summary>
    /// <param name="signal">The number, 1 to 64. With SIGKILL (9), the call returns when all have ended.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ContainerException">The container has no process left, or no cgroup to find them by.</exception>
    public async Task KillAllAsync(int signal, CancellationToken cancellationToken = default)
    {
        SignalNumber.ThrowIfInvalid(signal);
        cancellationToken.ThrowIfCancellationRequested();
        string step = $"sending signal {signal} to all processes";
        if (_record.CgroupPaths is null && signal == Libc.SIGKILL && _record.OwnsPidNamespace)
        {
            // The others of a pid namespace end with its first.
            await KillAsync(signal, cancellationToken).ConfigureAwait(false);
            await WaitAsync(cancellationToken).ConfigureAwait(false);
            return;
        }
        ICgroup cgroup = _directory.IsOf(_record) ? OpenCgroup(step) : throw NotRunning(step);
        if (cgroup.ReadProcesses().Count == 0)
        {
            throw NotRunning(step);
        }
        await (signal == Libc.SIGKILL ? cgroup.KillAsync(cancellationToken) : cgroup.SignalAsync(signal, cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>Tells what happens to the container until it has ended: want of memory, pressure and statistics if asked for, and its end, which comes last.</summary>
    /// <param name="options">What is told besides exit and want of memory; nothing where null.</param>
    /// <param name="cancellationToken">Ends the stream with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The events. Watching begins with the first read and costs a few descriptors, no thread; leaving the loop ends it.</returns>
    /// <remarks>A container without a cgroup tells its end only.</remarks>
    /// <exception cref="ContainerException">The container is not running, or pressure was asked for and cannot be had.</exception>
    public IAsyncEnumerable<ContainerEvent> WatchEventsAsync(WatchEventsOptions? options = null, CancellationToken cancellationToken = default)
    {
        const string step = "watching its events";
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfStopped(step);
        WatchedProcess process = _process.Value ?? throw NotRunning(step);
        var copy = new WatchEventsOptions { StatsInterval = options?.StatsInterval, Pressure = options?.Pressure ?? [] };
        return ContainerEventSource.ReadAsync(this, _record.OpenCgroup(), process, copy, Time, cancellationToken);
    }

    private void ThrowIfStopped(string step)
    {
        using SafeFileHandle? process = ContainerProbe.OpenProcess(_record);
        if (process is null)
        {
            throw NotRunning(step);
        }
    }

    private ICgroup OpenCgroup(string step) =>
        _record.OpenCgroup() ?? throw Failure(step, "the container has no cgroup", "Create it as root, or in a cgroup v2 that is delegated to you.");

    private ContainerException NotRunning(string step) => Failure(step, "container not running", null, Errno.ESRCH);
}
