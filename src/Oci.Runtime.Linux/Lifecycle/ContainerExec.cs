using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Runtime.Linux.Bundles;
using Oci.Runtime.Linux.Cgroups;
using Oci.Runtime.Linux.Launching;
using Oci.Runtime.Linux.Planning;
using Oci.Runtime.Linux.Processes;
using Oci.Runtime.Linux.Seccomp;
using Oci.Runtime.Linux.Spec;
using Oci.Runtime.Linux.Terminals;

namespace Oci.Runtime.Linux.Lifecycle;

/// <summary>Runs one more program in a container.</summary>
internal sealed class ContainerExec(ContainerRecord record, StateDirectory directory, RuntimeSpec spec, ExecOptions options, TimeProvider time)
{
    /// <summary>The configuration of a container that another process, or an earlier call, created.</summary>
    public static RuntimeSpec ReadSpec(ContainerRecord record, StateDirectory directory, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfDeleted(record, directory);
        try
        {
            return directory.ReadConfig();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw Failure(record, "reading its configuration", e.Message, "The copy that is kept in the runtime's root directory was removed or replaced: create the container anew.", e);
        }
    }

    public ContainerPlan Plan()
    {
        using SafeFileHandle process = OpenRunning();
        return Compile(process, ExecSpec());
    }

    public async Task<ContainerProcess> RunAsync(CancellationToken cancellationToken)
    {
        using SafeFileHandle process = OpenRunning();
        RuntimeSpec execSpec = ExecSpec();
        ContainerPlan plan = Compile(process, execSpec);
        using TerminalReceiver? receiver = TerminalReceiver.Open(record.Id, execSpec.Process, options.ConsoleSocket);
        using DescriptorSocket? pidfdSocket = options.PidFdSocket is null ? null : DescriptorSocket.Connect(record.Id, "pidfd socket", options.PidFdSocket);
        StandardStreams? streams = null;
        try
        {
            streams = StandardStreams.Open(receiver is null ? options.Stdio : ContainerStdio.Null);
            streams.GiveTo(execSpec);
            LaunchResult launched = await ContainerLauncher.LaunchAsync(
                new LaunchRequest
                {
                    Plan = plan,
                    Executable = InitExecutable.Open(System.IO.Path.GetDirectoryName(directory.Path)!),
                    Descriptors = [.. streams.Descriptors, (process, InitDescriptors.Container), .. options.PreservedDescriptors.Select((file, i) => (file, InitDescriptors.First + i))],
                    PrepareAsync = EnterCgroupAsync,
                    SendSeccompListenerAsync = (listener, pid, token) =>
                        SeccompListener.SendAsync(spec.Linux!.Seccomp!, record.ToState(ContainerProbe.GetStatus(record, directory)), pid, listener, time, token),
                    TakeTerminal = receiver is null ? null : receiver.Take,
                    OnMade = made => made.SendTo(pidfdSocket, "setns"),
                    LeavesProcess = options.IsDetached,
                },
                cancellationToken).ConfigureAwait(false);
            streams.Terminal = receiver?.Terminal;
            streams.Dispose();
            return new ContainerProcess(record.Id, launched.Process, streams, launched.Warnings, options.KillOnDispose);
        }
        catch (Exception e)
        {
            receiver?.Terminal?.Dispose();
            streams?.CloseAll();
            if (e is not OperationCanceledException && HasEnded(process))
            {
                // Whatever was being done, that is why it failed.
                throw NotRunning(e);
            }
            if (e is IOException or UnauthorizedAccessException)
            {
                throw Failure(record, "entering the container", e.Message, null, e);
            }
            throw;
        }
    }

    private Task EnterCgroupAsync(int pid, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (record.OpenCgroup() is ICgroup cgroup)
        {
            cgroup.Add(pid);
            if (!options.IgnorePaused && cgroup.IsFrozen())
            {
                // It was paused since it was looked at: the process would stand still here until somebody resumes it.
                throw Paused();
            }
        }
        ExecCgroups.Enter(record, options.Cgroups, pid);
        return Task.CompletedTask;
    }

    /// <summary>The container's process, by a handle that is no other's even if it ends now.</summary>
    private SafeFileHandle OpenRunning()
    {
        ThrowIfDeleted(record, directory);
        SafeFileHandle process = ContainerProbe.OpenProcess(record) ?? throw NotRunning(null);
        if (!options.IgnorePaused && record.OpenCgroup()?.IsFrozen() == true)
        {
            process.Dispose();
            throw Paused();
        }
        return process;
    }

    /// <summary>The container's configuration, with the process to be run in the place of its own.</summary>
    private RuntimeSpec ExecSpec() => spec with { Process = options.Apply(spec.Process) };

    private ContainerPlan Compile(SafeFileHandle process, RuntimeSpec execSpec)
    {
        IReadOnlyList<LinuxNamespace> namespaces;
        try
        {
            namespaces = ContainerNamespaces.ReadForeign(record.Pid);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw HasEnded(process)
                ? NotRunning(e)
                : Failure(record, "reading the namespaces of the container", e.Message, "Only root, or the user who runs the container, may enter it; before it is started only root may.", e);
        }
        if (HasEnded(process))
        {
            // The number can be another's by now, and what was read with it.
            throw NotRunning(null);
        }
        var warnings = new List<string>();
        HostFacts host = HostFactsReader.ReadForProcess(record.RootDirectories ?? [record.RootPath], execSpec.Process!, warnings);
        return ExecCompiler.Compile(record.Id, execSpec, namespaces, record.CgroupPaths is not null, host, warnings, PlanOptions.From(options));
    }

    /// <summary>While the handle is not ready, the number is the process's own.</summary>
    private bool HasEnded(SafeFileHandle process) => ProcessStart.IsExiting(record.Pid) || Libc.IsReady(process, Libc.POLLIN);

    private static void ThrowIfDeleted(ContainerRecord record, StateDirectory directory)
    {
        if (!directory.HasRecord)
        {
            throw Failure(record, "entering the container", "container does not exist", null);
        }
    }

    private ContainerException Paused() => Failure(record, "entering the container", "cannot exec in a paused container", "Resume it first.");

    private ContainerException NotRunning(Exception? cause) =>
        Failure(record, "entering the container", "container not running", "Only a container that is created or running can be entered.", cause);

    private static ContainerException Failure(ContainerRecord record, string step, string detail, string? hint, Exception? cause = null) =>
        ContainerException.From(
            new ContainerFailure
            {
                ContainerId = record.Id,
                Step = step,
                Errno = LinuxError.ToErrno(cause as IOException),
                Hint = hint,
            },
            detail,
            cause);
}
