using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Runtime.Linux.Cgroups;
using Oci.Runtime.Linux.Hooks;
using Oci.Runtime.Linux.Launching;
using Oci.Runtime.Linux.Lifecycle;
using Oci.Runtime.Linux.Planning;
using Oci.Runtime.Linux.Processes;
using Oci.Runtime.Linux.Resctrl;
using Oci.Runtime.Linux.Spec;
using Oci.Runtime.Linux.Terminals;

namespace Oci.Runtime.Linux;

/// <summary>A container, created by this process or found by <see cref="ContainerRuntime.GetAsync"/>.</summary>
/// <remarks>
/// Thread-safe. Disposing it releases handles and streams and leaves the container alone, unless it was created with
/// <see cref="CreateContainerOptions.KillOnDispose"/>.
/// </remarks>
public sealed partial class Container : IAsyncDisposable
{
    private readonly ContainerRecord _record;
    private readonly StateDirectory _directory;
    private readonly StandardStreams? _streams;
    private readonly bool _killOnDispose;
    private readonly Lazy<WatchedProcess?> _process;
    private RuntimeSpec? _spec;
    private IReadOnlyList<string> _warnings = [];
    private int _isDisposed;

    internal Container(ContainerRecord record, StateDirectory directory)
    {
        _record = record;
        _directory = directory;
        // Watching costs a descriptor as long as the process lives, so it is begun by who needs it.
        _process = new(() => WatchedProcess.Find(record.Pid, record.StartTime)
            ?? (ContainerProbe.OpenProcess(record) is SafeFileHandle pidfd ? WatchedProcess.Watch(record.Pid, record.StartTime, pidfd) : null));
    }

    internal Container(ContainerRecord record, StateDirectory directory, RuntimeSpec spec, WatchedProcess process, StandardStreams streams, IReadOnlyList<string> warnings, bool killOnDispose)
    {
        _record = record;
        _directory = directory;
        _spec = spec;
        _process = new(process);
        _streams = streams;
        _warnings = warnings;
        _killOnDispose = killOnDispose;
        process.Register();
    }

    /// <summary>The clock of the runtime that it is of.</summary>
    internal TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The container's id.</summary>
    public string Id => _record.Id;

    /// <summary>The number of its first process, as this process's pid namespace has it. It may have ended.</summary>
    public int Pid => _record.Pid;

    /// <summary>The bundle's directory.</summary>
    public string BundlePath => _record.Bundle;

    /// <summary>The root filesystem, an absolute path of the host.</summary>
    public string RootPath => _record.RootPath;

    /// <summary>When it was created.</summary>
    public DateTimeOffset Created => _record.Created;

    /// <summary>
    /// What was done with less than the configuration asked for, a sentence each, and, once it is deleted, what failed of
    /// its poststop hooks. What was known at the creation is not there for a container that was found.
    /// </summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>
    /// How long each part of its making took, and of its start: what this process did, and each group of the plan's steps.
    /// Empty unless it was created with <see cref="CreateContainerOptions.RecordTimings"/>.
    /// </summary>
    public IReadOnlyList<StepTiming> Timings => Recorder?.ToList() ?? [];

    internal TimingRecorder? Recorder { get; init; }

    /// <summary>Writes to the container's standard input, whose end comes when it is closed; null unless it was created with <see cref="ContainerStdio.Pipes"/>.</summary>
    public Stream? StandardInput => _streams?.Input;

    /// <summary>Reads the container's standard output; null unless it was created with <see cref="ContainerStdio.Pipes"/>.</summary>
    public Stream? StandardOutput => _streams?.Output;

    /// <summary>Reads the container's standard error; null unless it was created with <see cref="ContainerStdio.Pipes"/>.</summary>
    public Stream? StandardError => _streams?.Error;

    /// <summary>The container's terminal; null unless its configuration asks for a terminal (<c>process.terminal</c>) and no <see cref="CreateContainerOptions.ConsoleSocket"/> took it. The standard streams are null then.</summary>
    public ContainerTerminal? Terminal => _streams?.Terminal;

    /// <summary>Starts the program of a created container, and returns when it has been executed.</summary>
    /// <param name="cancellationToken">Stops waiting; the program may be started all the same.</param>
    /// <exception cref="ContainerException">The container is not in the state created, or the program cannot be executed; or a
    /// startContainer or poststart hook failed, in which case the container is deleted.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Recorder?.Restart();
        using StateLock? held = _directory.TryLock();
        if (held is null)
        {
            throw InUse("starting it");
        }
        ThrowIfGone("starting it");
        using SafeFileHandle? fifo = _directory.OpenStartFifo();
        if (fifo is null)
        {
            string state = ContainerProbe.GetStatus(_record, _directory) == ContainerStatus.Stopped
                ? "cannot start a container that has stopped"
                : "cannot start an already running container";
            throw Failure("starting it", state, "Only a created container can be started, once.");
        }
        if (_record.OpenCgroup()?.IsFrozen() == true)
        {
            throw Failure("starting it", "cannot start a container in the paused state", "Resume it first.");
        }
        ContainerHooks? hooks = _record.HasHooks ? new ContainerHooks(_record, _directory, ReadSpec(cancellationToken), Time) : null;
        await RunStartHooksAsync(hooks, HookStage.startContainer, ContainerStatus.Created, cancellationToken).ConfigureAwait(false);
        Errno errno = Libc.Write(fifo, "s"u8, out _);
        if (errno != Errno.None)
        {
            // EPIPE: it was killed just now.
            throw Failure("starting it", errno == Errno.EPIPE ? "cannot start a container that has stopped" : null, "Only a created container can be started, once.", errno);
        }
        // EPOLLERR: no reader is left, since the init has become its program or has ended.
        await EventLoop.Shared.WaitSoonAsync(fifo, 0, cancellationToken).ConfigureAwait(false);
        Recorder?.Add("starting the program");
        byte[] failure = _directory.ReadFailure();
        if (failure.Length == ProgramLayout.FrameSize)
        {
            throw PlanFailure.ToStartException(Id, _record.Program, (Errno)BitConverter.ToInt64(failure, 8));
        }
        await RunStartHooksAsync(hooks, HookStage.poststart, ContainerStatus.Running, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A hook that fails stops and destroys the container (runtime-spec, runtime.md, "Lifecycle", 7 and 9).</summary>
    private async Task RunStartHooksAsync(ContainerHooks? hooks, HookStage stage, ContainerStatus status, CancellationToken cancellationToken)
    {
        if (hooks is null)
        {
            return;
        }
        try
        {
            await hooks.RunAsync(stage, status, cancellationToken).ConfigureAwait(false);
        }
        catch (ContainerException e)
        {
            int known = _warnings.Count;
            await DeleteLockedAsync(force: true, CancellationToken.None).ConfigureAwait(false);
            e.Warnings = [.. _warnings.Skip(known)];
            throw;
        }
    }

    /// <summary>Waits until the container's first process has ended.</summary>
    /// <param name="cancellationToken">Stops waiting; the container goes on.</param>
    /// <returns>How it ended. Not known for a container of another process on kernels before 6.15.</returns>
    public async Task<ExitStatus> WaitAsync(CancellationToken cancellationToken = default) =>
        _process.Value is WatchedProcess process
            ? await process.Exited.WaitAsync(cancellationToken).ConfigureAwait(false)
            : ExitStatus.Unknown;

    /// <summary>Sends a signal to the container's first process.</summary>
    /// <param name="signal">The number, 1 to 64; SIGTERM (15) by default. The first process of a pid namespace gets only signals that it handles, and SIGKILL (9).</param>
    /// <param name="cancellationToken">Ends the call before the signal is sent.</param>
    /// <exception cref="ContainerException">The container is not running.</exception>
    public Task KillAsync(int signal = Libc.SIGTERM, CancellationToken cancellationToken = default)
    {
        SignalNumber.ThrowIfInvalid(signal);
        cancellationToken.ThrowIfCancellationRequested();
        if (signal == Libc.SIGKILL && !_record.OwnsPidNamespace && _directory.IsOf(_record) && _record.OpenCgroup() is ICgroup cgroup && cgroup.ReadProcesses().Count > 0)
        {
            // Nothing else would end the processes that the first one leaves behind.
            return cgroup.KillAsync(cancellationToken);
        }
        using SafeFileHandle? pidfd = ContainerProbe.OpenProcess(_record);
        Errno errno = pidfd is null ? Errno.ESRCH : Libc.PidfdSendSignal(pidfd, signal);
        if (errno == Errno.None && signal == Libc.SIGKILL && _record.OpenCgroup() is ICgroup paused && paused.IsFrozen())
        {
            // A frozen process of cgroup v1 dies when it is thawed.
            return paused.SetFrozenAsync(frozen: false, cancellationToken);
        }
        return errno switch
        {
            Errno.None => Task.CompletedTask,
            Errno.ESRCH => Task.FromException(Failure($"sending signal {signal}", "container not running", null, errno)),
            _ => Task.FromException(Failure($"sending signal {signal}", null, "Only root, or the user who runs the container, may signal it.", errno)),
        };
    }

    /// <summary>Runs one more program in the container: in its namespaces and its cgroup, with the rights that its configuration gives.</summary>
    /// <param name="options">The program, and what is to be different from the container's own.</param>
    /// <param name="cancellationToken">Gives up: the process is killed, if it is there already.</param>
    /// <returns>The process, once its program is executed; to be disposed by the caller, which does not end it unless it was asked for.</returns>
    /// <exception cref="InvalidSpecException">What was asked for is not valid; nothing was done.</exception>
    /// <exception cref="ContainerException">The container is not running, is paused, or a step failed; no process of it is left.</exception>
    public async Task<ContainerProcess> ExecAsync(ExecOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ContainerExec exec = PrepareExec(options, cancellationToken);
        return await exec.RunAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What <see cref="ExecAsync"/> would do, step by step. Nothing is done.</summary>
    /// <param name="options">The program, and what is to be different from the container's own.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="InvalidSpecException">What was asked for is not valid.</exception>
    /// <exception cref="ContainerException">The container is not running or is paused.</exception>
    public async Task<ContainerPlan> PlanExecAsync(ExecOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ContainerExec exec = PrepareExec(options, cancellationToken);
        return exec.Plan();
    }

    /// <summary>Deletes a stopped or a created container: its process, and all that the runtime keeps of it.</summary>
    /// <param name="force">Whether a running container is killed first.</param>
    /// <param name="cancellationToken">Stops waiting for the end of its process.</param>
    /// <exception cref="ContainerException">The container is running, or is gone.</exception>
    public async Task DeleteAsync(bool force = false, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using StateLock? held = _directory.TryLock();
        if (held is null)
        {
            throw InUse("deleting it");
        }
        ThrowIfGone("deleting it");
        await DeleteLockedAsync(force, cancellationToken).ConfigureAwait(false);
    }

    private async Task DeleteLockedAsync(bool force, CancellationToken cancellationToken)
    {
        ContainerStatus status = ContainerProbe.GetStatus(_record, _directory);
        if (status is not (ContainerStatus.Stopped or ContainerStatus.Created) && !force)
        {
            throw Failure("deleting it", $"cannot delete a container that is not stopped: it is {status.ToString().ToLowerInvariant()}", "Kill it first, or delete it by force.");
        }
        if (_process.Value is WatchedProcess process)
        {
            if (status == ContainerStatus.Paused && _record.OpenCgroup() is ICgroup frozen)
            {
                // A frozen process of cgroup v1 dies when it is thawed.
                await frozen.KillAsync(cancellationToken).ConfigureAwait(false);
            }
            await process.EndAsync(cancellationToken).ConfigureAwait(false);
        }
        if (_record.OpenCgroup() is ICgroup cgroup && !cgroup.TryDelete())
        {
            if (cgroup.ReadProcesses().Count > 0)
            {
                await cgroup.KillAsync(cancellationToken).ConfigureAwait(false);
            }
            await cgroup.DeleteAsync(cancellationToken).ConfigureAwait(false);
        }
        ResctrlGroup.Remove(_record.ResctrlPaths);
        RuntimeSpec? spec = _record.HasHooks ? ReadSpecForPoststop() : null;
        _directory.Remove();
        if (spec is not null)
        {
            _warnings = [.. _warnings, .. await new ContainerHooks(_record, _directory, spec, Time).RunPoststopAsync().ConfigureAwait(false)];
        }
    }

    /// <summary>A container whose files were tampered with must be deleted all the same.</summary>
    private RuntimeSpec? ReadSpecForPoststop()
    {
        try
        {
            return ReadSpec(CancellationToken.None);
        }
        catch (Exception e) when (e is ContainerException or InvalidSpecException)
        {
            _warnings = [.. _warnings, $"The poststop hooks were not run: {e.Message}"];
            return null;
        }
    }

    /// <summary>Looks up the state of the container, as <c>state</c> of the runtime-spec gives it.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<ContainerState> GetStateAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ContainerStatus status = ContainerProbe.GetStatus(_record, _directory);
        return Task.FromResult(_record.ToState(status));
    }

    /// <summary>Closes the streams, and with <see cref="CreateContainerOptions.KillOnDispose"/> kills and deletes the container.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }
        _streams?.CloseAll();
        if (_killOnDispose && _directory.IsOf(_record))
        {
            // Who is starting it holds the lock until its process has become the program, or has ended.
            _process.Value?.Signal(Libc.SIGKILL);
            using StateLock? held = await _directory.LockAsync(_record).ConfigureAwait(false);
            if (held is not null)
            {
                await DeleteLockedAsync(force: true, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private ContainerException InUse(string step) =>
        Failure(step, _directory.IsOf(_record) ? "another process is starting or deleting it" : "container does not exist", null);

    /// <summary>With the lock held: another process may have deleted it, and made another with its id.</summary>
    private void ThrowIfGone(string step)
    {
        if (!_directory.IsOf(_record))
        {
            throw Failure(step, "container does not exist", null);
        }
    }

    private ContainerExec PrepareExec(ExecOptions options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new ContainerExec(_record, _directory, ReadSpec(cancellationToken), options, Time);
    }

    /// <summary>The configuration that the container was created with, whatever has become of its bundle since.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ContainerException">The container is gone, or the runtime's copy of its <c>config.json</c> is.</exception>
    /// <exception cref="InvalidSpecException">The copy is damaged.</exception>
    public Task<RuntimeSpec> GetSpecAsync(CancellationToken cancellationToken = default) =>
        Task.FromResult(ReadSpec(cancellationToken));

    private RuntimeSpec ReadSpec(CancellationToken cancellationToken) =>
        _spec ??= ContainerExec.ReadSpec(_record, _directory, cancellationToken);

    private ContainerException Failure(string step, string? detail, string? hint, Errno errno = Errno.None) =>
        ContainerException.From(new ContainerFailure { ContainerId = Id, Step = step, Errno = errno, Hint = hint }, detail);
}
