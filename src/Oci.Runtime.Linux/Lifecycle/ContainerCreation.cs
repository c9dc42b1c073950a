using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Runtime.Linux.Bundles;
using Oci.Runtime.Linux.Launching;
using Oci.Runtime.Linux.Namespaces;
using Oci.Runtime.Linux.Planning;
using Oci.Runtime.Linux.Processes;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Lifecycle;

/// <summary>Creates one container, and undoes all of it where a part fails.</summary>
internal sealed class ContainerCreation(StateDirectory directory, ContainerPlan plan, Bundle bundle, CreateContainerOptions options, DateTimeOffset now)
{
    private ContainerRecord? _record;

    public async Task<Container> RunAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        directory.Create();
        StandardStreams? streams = null;
        try
        {
            using StateLock? held = directory.TryLock();
            using SafeFileHandle fifo = directory.CreateStartFifo();
            using SafeFileHandle failure = directory.CreateFailureFile();
            streams = StandardStreams.Open(options.Stdio);
            LaunchResult launched = await ContainerLauncher.LaunchAsync(
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
            return new Container(_record!, directory, launched.Process, streams, launched.Warnings, options.KillOnDispose);
        }
        catch (Exception e)
        {
            streams?.CloseAll();
            directory.Remove();
            throw Explain(e);
        }
    }

    private Task PrepareAsync(int pid, CancellationToken cancellationToken) =>
        plan.Handshake.NeedsIdMaps
            ? IdMapWriter.WriteAsync(pid, bundle.Spec.Linux?.UidMappings ?? [], bundle.Spec.Linux?.GidMappings ?? [], cancellationToken)
            : Task.CompletedTask;

    private void TakeDown(WatchedProcess process)
    {
        _record = new ContainerRecord
        {
            OciVersion = bundle.Spec.OciVersion,
            Id = plan.ContainerId,
            Pid = process.Pid,
            StartTime = ProcessStart.Read(process.Pid) ?? throw new IOException("The container's init ended as soon as it was made."),
            Created = now,
            Bundle = bundle.Path,
            RootPath = bundle.RootPath,
            Program = bundle.Spec.Process!.Args![0],
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
