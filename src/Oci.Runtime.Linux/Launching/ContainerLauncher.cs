using System.Diagnostics;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Runtime.Linux.Planning;
using Oci.Runtime.Linux.Processes;

namespace Oci.Runtime.Linux.Launching;

/// <summary>Runs a plan: starts the init with its program and does the parent's part of the handshake.</summary>
internal sealed class ContainerLauncher(LaunchRequest request)
{
    private readonly List<string> _warnings = [.. request.Plan.Handshake.KnownWarnings];
    private readonly ParentService _service = new(request);
    private readonly HandshakeRules _rules = new(request.Plan, request.HookCount);
    private WatchedProcess? _process;
    private IReadOnlyList<StepTiming> _timings = [];

    /// <summary>Leaves a process that waits to be started, or none at all.</summary>
    /// <exception cref="ContainerException">A step failed.</exception>
    public static Task<LaunchResult> LaunchAsync(LaunchRequest request, CancellationToken cancellationToken) =>
        new ContainerLauncher(request).RunAsync(cancellationToken);

    private async Task<LaunchResult> RunAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        byte[] program = ProgramEncoder.Encode(request.Plan, InitDescriptors.Parent);
        using SyncChannel channel = SyncChannel.Create(request.Plan.Handshake.TimedSteps.Count * PlanClock.StampSize);
        int first = InitProcess.Start(request.Executable, program, [.. request.Descriptors, (channel.Remote, InitDescriptors.Parent)]);
        channel.Remote.Dispose();
        // The first process is our child and nobody else waits for it, so its number stays its own until it is reaped.
        bool isReady = false;
        try
        {
            isReady = await HandshakeAsync(channel, first, cancellationToken).ConfigureAwait(false);
            return isReady ? new LaunchResult(_process!, _warnings) { Timings = _timings } : throw await DiedAsync().ConfigureAwait(false);
        }
        catch (InvalidDataException e)
        {
            throw Failure(e.Message, "Something else than the runtime's own init was at the other end, and nothing of what it said was done: report it.", e);
        }
        finally
        {
            if (!isReady)
            {
                await EndAsync(channel, first).ConfigureAwait(false);
            }
            Reap(first);
            _service.Dispose();
        }
    }

    private void Reap(int first)
    {
        // One that is killed before it hands itself over, with the container that it enters, is known by its group only:
        // the first process leads a session. Unreaped, it would keep the container's own first process from ending.
        while (_process is null && Libc.WaitForGroup(first, out _) == Errno.None)
        {
        }
        Libc.WaitForPid(first, out _);
    }

    /// <summary>True when the container is created, or has been joined; false where its processes ended without a word.</summary>
    private async Task<bool> HandshakeAsync(SyncChannel channel, int first, CancellationToken cancellationToken)
    {
        bool isReady = false;
        while (await channel.ReceiveAsync(cancellationToken).ConfigureAwait(false) is SyncMessage message)
        {
            Check(message);
            if (message.IsFailure)
            {
                throw PlanFailure.ToException(message.IsOfInsert ? _service.Insert! : request.Plan, message.FailedStep, message.Errno);
            }
            switch (message.Mark)
            {
                case PlanMark.Prepare:
                    await request.PrepareAsync(first, cancellationToken).ConfigureAwait(false);
                    channel.Answer();
                    break;
                case PlanMark.Made:
                    Take(message);
                    request.OnMade(_process!);
                    break;
                case PlanMark.Hook:
                    await request.RunHookAsync((int)message.Value, cancellationToken).ConfigureAwait(false);
                    channel.Answer();
                    break;
                case PlanMark.NetDevices:
                    request.MoveNetDevices(message.Descriptor!, _process!.Pid);
                    channel.Answer();
                    break;
                case PlanMark.SeccompListener:
                    using (SafeFileHandle listener = message.Descriptor!)
                    {
                        await request.SendSeccompListenerAsync(listener, _process!.Pid, cancellationToken).ConfigureAwait(false);
                    }
                    channel.Answer();
                    break;
                case PlanMark.Terminal:
                    TakeTerminal(message);
                    channel.Answer();
                    break;
                case PlanMark.Warning:
                    _warnings.Add(request.Plan.Handshake.Warnings[(int)message.Value]);
                    break;
                case PlanMark.Request:
                    await ServeAsync(channel, message, cancellationToken).ConfigureAwait(false);
                    break;
                case PlanMark.Times:
                    _timings = PlanClock.Read(request.Plan, message.Rest.Span);
                    break;
                case PlanMark.Ready when request.Plan.Handshake.JoinsContainer:
                    // What follows is an error of execve(2), or the end of the socket: the program is there.
                    isReady = true;
                    break;
                case PlanMark.Ready:
                    return true;
                default:
                    throw new UnreachableException($"{message.Kind} is checked before.");
            }
        }
        return isReady;
    }

    private void Check(SyncMessage message)
    {
        try
        {
            _rules.Check(message, _service.Insert);
        }
        catch (InvalidDataException)
        {
            message.Descriptor?.Dispose();
            throw;
        }
    }

    private void TakeTerminal(SyncMessage message)
    {
        if (request.TakeTerminal is null)
        {
            message.Descriptor!.Dispose();
            throw new InvalidDataException("the container's init sent a terminal that nobody has asked for");
        }
        request.TakeTerminal(message.Descriptor!, message.Value);
    }

    private async Task ServeAsync(SyncChannel channel, SyncMessage message, CancellationToken cancellationToken)
    {
        using SafeFileHandle? given = message.Descriptor;
        ParentRequest asked = request.Plan.Handshake.Requests[(int)message.Value];
        using SafeFileHandle? answer = await _service.ServeAsync(asked, _process!, given, cancellationToken).ConfigureAwait(false);
        channel.Answer(answer);
    }

    private void Take(SyncMessage message)
    {
        SafeFileHandle pidfd = message.Descriptor!;
        int pid;
        try
        {
            pid = PidfdInfo.GetPid(pidfd);
        }
        catch (InvalidDataException e)
        {
            pidfd.Dispose();
            throw new InvalidDataException("the container's init sent no pidfd of the container's process", e);
        }
        // Nothing to be read: a host that ignores SIGCHLD, and an init that has failed already and is about to say so.
        _process = WatchedProcess.Watch(pid, ProcessStart.Read(pid) ?? 0, pidfd, request.LeavesProcess);
    }

    /// <summary>Ends both processes and waits until they are gone: one that was made hands itself over before it does anything else.</summary>
    private async Task EndAsync(SyncChannel channel, int first)
    {
        Libc.Kill(first, Libc.SIGKILL);
        _process?.Signal(Libc.SIGKILL);
        while (await channel.ReceiveAsync(CancellationToken.None).ConfigureAwait(false) is SyncMessage message)
        {
            if (_process is null && message is { IsFailure: false, Mark: PlanMark.Made, Descriptor: not null })
            {
                TakeAndKill(message);
            }
            else
            {
                message.Descriptor?.Dispose();
            }
        }
        if (_process is not null)
        {
            await _process.EndAsync().ConfigureAwait(false);
        }
    }

    private void TakeAndKill(SyncMessage message)
    {
        try
        {
            Take(message);
            _process!.Signal(Libc.SIGKILL);
        }
        catch (InvalidDataException)
        {
            // No process: what there is besides, all of it is ended by its group.
        }
    }

    private async Task<ContainerException> DiedAsync()
    {
        string how = _process is null ? "before it made the container's process" : (await _process.Exited.ConfigureAwait(false)).ToString();
        return Failure($"the container's init ended ({how})", "It was killed from outside, for want of memory perhaps: see the kernel's log (dmesg).");
    }

    private ContainerException Failure(string detail, string hint, Exception? cause = null) =>
        ContainerException.From(
            new ContainerFailure
            {
                ContainerId = request.Plan.ContainerId,
                Step = request.Plan.Handshake.JoinsContainer ? "entering the container" : "creating the container",
                Hint = hint,
            },
            detail,
            cause);
}
