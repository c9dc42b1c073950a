using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Runtime.Linux.Bundles;
using Oci.Runtime.Linux.Cgroups;
using Oci.Runtime.Linux.Hooks;
using Oci.Runtime.Linux.Launching;
using Oci.Runtime.Linux.Namespaces;
using Oci.Runtime.Linux.NetDevices;
using Oci.Runtime.Linux.Planning;
using Oci.Runtime.Linux.Processes;
using Oci.Runtime.Linux.Resctrl;
using Oci.Runtime.Linux.Seccomp;
using Oci.Runtime.Linux.Spec;
using Oci.Runtime.Linux.Terminals;

namespace Oci.Runtime.Linux.Lifecycle;

/// <summary>Creates one container, and undoes all of it where a part fails.</summary>
internal sealed class ContainerCreation(StateDirectory directory, ContainerPlan plan, Bundle bundle, ICgroup? cgroup, CreateContainerOptions options, TimingRecorder? timings, TimeProvider time)
{
    private readonly ResctrlGroup? _resctrl =
        plan.Handshake.ResctrlPath is string mount ? new ResctrlGroup(mount, plan.ContainerId, bundle.Spec.Linux!.IntelRdt!) : null;

    private ContainerRecord? _record;
    private bool _hasCgroup;
    private NetDeviceMove? _netDevices;
    private string? _ownership;

    public async Task<Container> RunAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using TerminalReceiver? receiver = TerminalReceiver.Open(plan.ContainerId, bundle.Spec.Process, options.ConsoleSocket);
        using DescriptorSocket? pidfdSocket = options.PidFdSocket is null ? null : DescriptorSocket.Connect(plan.ContainerId, "pidfd socket", options.PidFdSocket);
        using StateLock held = directory.Create();
        IReadOnlyList<HookCall> hookCalls = HookPlanner.Calls(bundle.Spec);
        StandardStreams? streams = null;
        LaunchResult? launched = null;
        try
        {
            using SafeFileHandle fifo = directory.CreateStartFifo();
            using SafeFileHandle failure = directory.CreateFailureFile();
            streams = StandardStreams.Open(receiver is null ? options.Stdio : ContainerStdio.Null);
            streams.GiveTo(bundle.Spec);
            timings?.Add("making the state directory");
            if (cgroup is not null)
            {
                cgroup.Create();
                _hasCgroup = true;
                timings?.Add("making the cgroup");
            }
            _resctrl?.Create();
            launched = await ContainerLauncher.LaunchAsync(
                new LaunchRequest
                {
                    Plan = plan,
                    Executable = InitExecutable.Open(System.IO.Path.GetDirectoryName(directory.Path)!),
                    Descriptors = [.. streams.Descriptors, (fifo, InitDescriptors.StartFifo), (failure, InitDescriptors.Failure), .. options.PreservedDescriptors.Select((file, i) => (file, InitDescriptors.First + i))],
                    PrepareAsync = PrepareAsync,
                    TakeTerminal = receiver is null ? null : receiver.Take,
                    OnMade = process =>
                    {
                        TakeDown(process);
                        process.SendTo(pidfdSocket, "standard");
                    },
                    LeavesProcess = options.IsDetached,
                    MoveNetDevices = MoveNetDevices,
                    SendSeccompListenerAsync = (listener, pid, token) =>
                        SeccompListener.SendAsync(bundle.Spec.Linux!.Seccomp!, _record!.ToState(ContainerStatus.Creating), pid, listener, time, token),
                    HookCount = hookCalls.Count,
                    RunHookAsync = (index, token) => Hooks().RunAsync(hookCalls[index], ContainerStatus.Creating, token),
                },
                cancellationToken).ConfigureAwait(false);
            timings?.Add(launched.Timings);
            timings?.Restart();
            streams.Terminal = receiver?.Terminal;
            streams.Dispose();
            // Now, since the first process counts too, and would need a limit of two processes where one is asked for.
            IReadOnlyList<string> notEnforced = bundle.Spec.Linux is { } linux && cgroup is not null ? cgroup.Apply(linux) : [];
            timings?.Add("setting the cgroup's limits");
            return new Container(_record!, directory, bundle.Spec, launched.Process, streams, [.. launched.Warnings, .. notEnforced, .. _ownership is null ? Array.Empty<string>() : [_ownership]], options.KillOnDispose)
            {
                Time = time,
                Recorder = timings,
            };
        }
        catch (Exception e)
        {
            receiver?.Terminal?.Dispose();
            streams?.CloseAll();
            IReadOnlyList<string> warnings = _netDevices?.Undo() ?? [];
            await UndoAsync(launched).ConfigureAwait(false);
            warnings = _record is null ? warnings : [.. warnings, .. await Hooks().RunPoststopAsync().ConfigureAwait(false)];
            Exception explained = Explain(e);
            if (explained is ContainerException failure)
            {
                failure.Warnings = warnings;
            }
            if (explained == e)
            {
                throw;
            }
            throw explained;
        }
        finally
        {
            _netDevices?.Dispose();
        }
    }

    private void MoveNetDevices(SafeFileHandle inside, int pid)
    {
        _netDevices = new NetDeviceMove(plan.ContainerId, inside);
        _netDevices.Run(bundle.Spec.Linux!.NetDevices!, pid);
    }

    private async Task UndoAsync(LaunchResult? launched)
    {
        try
        {
            if (launched is not null)
            {
                await launched.Process.EndAsync().ConfigureAwait(false);
            }
            if (_hasCgroup)
            {
                if (cgroup!.ReadProcesses().Count > 0)
                {
                    // What a hook has left there.
                    await cgroup.KillAsync(CancellationToken.None).ConfigureAwait(false);
                }
                await cgroup.DeleteAsync(CancellationToken.None).ConfigureAwait(false);
            }
            ResctrlGroup.Remove(_resctrl?.Made);
        }
        finally
        {
            directory.Remove();
        }
    }

    private ContainerHooks Hooks() => new(_record!, directory, bundle.Spec, time);

    private async Task PrepareAsync(int pid, CancellationToken cancellationToken)
    {
        timings?.Add("starting the init");
        if (cgroup is not null)
        {
            await cgroup.StartAsync(pid, cancellationToken).ConfigureAwait(false);
            _ownership = CgroupOwnership.FindOwner(bundle.Spec) is uint owner ? cgroup.SetOwner(owner) : null;
        }
        _resctrl?.Add(pid);
        timings?.Add("entering the cgroup");
        if (plan.Handshake.NeedsIdMaps)
        {
            await IdMapWriter.WriteAsync(pid, bundle.Spec.Linux?.UidMappings ?? [], bundle.Spec.Linux?.GidMappings ?? [], cancellationToken).ConfigureAwait(false);
        }
    }

    private void TakeDown(WatchedProcess process)
    {
        _record = new ContainerRecord
        {
            OciVersion = bundle.Spec.OciVersion,
            Id = plan.ContainerId,
            Pid = process.Pid,
            StartTime = process.StartTime,
            Created = time.GetUtcNow(),
            Bundle = bundle.Path,
            RootPath = bundle.RootPath,
            RootDirectories = bundle.Overlay is null ? null : bundle.RootDirectories,
            Program = bundle.Spec.Process!.Args![0],
            CgroupPaths = cgroup?.Paths,
            ResctrlPaths = _resctrl?.Owned,
            SystemdUnit = cgroup?.SystemdUnit,
            CgroupParents = cgroup?.MadeParents is { Count: > 0 } parents ? parents : null,
            OwnsPidNamespace = bundle.Spec.Linux?.Namespaces?.Any(n => n.Type is LinuxNamespaceTypes.Pid && string.IsNullOrEmpty(n.Path)) == true,
            HasHooks = HookCall.HasLater(bundle.Spec.Hooks),
            Annotations = bundle.Spec.Annotations,
        };
        directory.WriteConfig(bundle.Content.Span);
        directory.WriteRecord(_record);
    }

    /// <summary>What the system refused to this process, not to the container's, is a failure of the creation too.</summary>
    private Exception Explain(Exception e) =>
        e is IOException or UnauthorizedAccessException
            ? ContainerException.From(
                new ContainerFailure
                {
                    ContainerId = plan.ContainerId,
                    Step = "creating the container",
                    Errno = LinuxError.ToErrno(e),
                },
                e.Message,
                e)
            : e;
}
