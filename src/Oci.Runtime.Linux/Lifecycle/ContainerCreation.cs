using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Runtime.Linux.Bundles;
using Oci.Runtime.Linux.Cgroups;
using Oci.Runtime.Linux.Launching;
using Oci.Runtime.Linux.Namespaces;
using Oci.Runtime.Linux.Planning;
using Oci.Runtime.Linux.Processes;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Lifecycle;

/// <summary>Creates one container, and undoes all of it where a part fails.</summary>
internal sealed class ContainerCreation(StateDirectory directory, ContainerPlan plan, Bundle bundle, ICgroup? cgroup, CreateContainerOptions options, TimeProvider time)
{
    private ContainerRecord? _record;
    private bool _hasCgroup;
    private string? _ownership;

    public async Task<Container> RunAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using StateLock held = directory.Create();
        StandardStreams? streams = null;
        LaunchResult? launched = null;
        try
        {
            using SafeFileHandle fifo = directory.CreateStartFifo();
            using SafeFileHandle failure = directory.CreateFailureFile();
            streams = StandardStreams.Open(options.Stdio);
            if (cgroup is not null)
            {
                cgroup.Create();
                _hasCgroup = true;
            }
            launched = await ContainerLauncher.LaunchAsync(
                new LaunchRequest
                {
                    Plan = plan,
                    Executable = InitExecutable.Open(System.IO.Path.GetDirectoryName(directory.Path)!),
                    Descriptors = [.. streams.Descriptors, (fifo, InitDescriptors.StartFifo), (failure, InitDescriptors.Failure)],
                    PrepareAsync = PrepareAsync,
                    OnMade = TakeDown,
                },
                cancellationToken).ConfigureAwait(false);
            streams.Dispose();
            // Now, since the first process counts too, and would need a limit of two processes where one is asked for.
            IReadOnlyList<string> notEnforced = bundle.Spec.Linux is { } linux && cgroup is not null ? cgroup.Apply(linux) : [];
            return new Container(_record!, directory, bundle.Spec, launched.Process, streams, [.. launched.Warnings, .. notEnforced, .. _ownership is null ? Array.Empty<string>() : [_ownership]], options.KillOnDispose) { Time = time };
        }
        catch (Exception e)
        {
            streams?.CloseAll();
            await UndoAsync(launched).ConfigureAwait(false);
            Exception explained = Explain(e);
            if (explained == e)
            {
                throw;
            }
            throw explained;
        }
    }

    private async Task UndoAsync(LaunchResult? launched)
    {
        try
        {
            if (launched is not null)
            {
                launched.Process.Signal(Libc.SIGKILL);
                await launched.Process.Exited.ConfigureAwait(false);
            }
            if (_hasCgroup)
            {
                await cgroup!.DeleteAsync(CancellationToken.None).ConfigureAwait(false);
            }
        }
        finally
        {
            directory.Remove();
        }
    }

    private async Task PrepareAsync(int pid, CancellationToken cancellationToken)
    {
        if (cgroup is not null)
        {
            await cgroup.StartAsync(pid, cancellationToken).ConfigureAwait(false);
            _ownership = CgroupOwnership.FindOwner(bundle.Spec) is uint owner ? cgroup.SetOwner(owner) : null;
        }
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
            Program = bundle.Spec.Process!.Args![0],
            CgroupPaths = cgroup?.Paths,
            SystemdUnit = cgroup?.SystemdUnit,
            CgroupParents = cgroup?.MadeParents is { Count: > 0 } parents ? parents : null,
            OwnsPidNamespace = bundle.Spec.Linux?.Namespaces?.Any(n => n.Type is LinuxNamespaceTypes.Pid && string.IsNullOrEmpty(n.Path)) == true,
            Annotations = bundle.Spec.Annotations,
        };
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
                    Errno = e.HResult is > 0 and <= (int)Errno.EHWPOISON ? (Errno)e.HResult : Errno.None,
                },
                e.Message,
                e)
            : e;
}
