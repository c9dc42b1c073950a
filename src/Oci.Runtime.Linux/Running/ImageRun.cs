using Oci.Common.Linux;
using Oci.Image;
using Oci.Image.RootFilesystems;
using Oci.Runtime.Linux.Bundles;
using Oci.Runtime.Linux.Planning;
using Oci.Runtime.Linux.Processes;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Running;

/// <summary>One run of an image: root filesystem, container, and the removal of both.</summary>
internal sealed class ImageRun(ContainerRuntime runtime, OciImage image, IReadOnlyList<string>? args, RunOptions options)
{
    private readonly string _name = options.Name ?? $"run-{Guid.NewGuid():n}"[..16];

    public async Task<ExitStatus> RunAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        RunFolder folder = RunFolder.Create(options.WorkDirectory);
        ExitStatus status;
        try
        {
            Report(RunStage.Unpacking);
            status = await RunOverlayAsync(folder, cancellationToken).ConfigureAwait(false)
                ?? await RunCopyAsync(folder, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            folder.RemoveAfter(e, _name);
            throw;
        }
        folder.Remove();
        return status;
    }

    /// <summary>On shared layers; null where there is no store, or the kernel lets this user mount no overlayfs.</summary>
    private async Task<ExitStatus?> RunOverlayAsync(RunFolder folder, CancellationToken cancellationToken)
    {
        if (options.Layers is null)
        {
            return null;
        }
        var bundleOptions = new OverlayBundleOptions
        {
            Spec = RunSpec.ForImage(args, options),
            RootInMemory = options.RootInMemory ?? !Environment.IsPrivilegedProcess,
        };
        OverlayBundle made = await OverlayBundle.CreateAsync(image, options.Layers, Path.Combine(folder.Path, "bundle"), bundleOptions, Unpacking(), cancellationToken).ConfigureAwait(false);
        await using (made.ConfigureAwait(false))
        {
            try
            {
                Warn(made.Warnings);
                return await RunAsync(made.Bundle, cancellationToken).ConfigureAwait(false);
            }
            catch (ContainerException e) when (e.Step?.StartsWith(OverlayPlanner.Label, StringComparison.Ordinal) == true && (Errno)(e.Errno ?? 0) is Errno.EPERM or Errno.EINVAL or Errno.ENODEV or Errno.EOPNOTSUPP)
            {
                Warn([$"The image's layers are copied and not shared, since the kernel refused to mount them: {e.Message}"]);
                return null;
            }
        }
    }

    private async Task<ExitStatus> RunCopyAsync(RunFolder folder, CancellationToken cancellationToken)
    {
        var bundleOptions = new ImageBundleOptions { Spec = RunSpec.ForImage(args, options), Unpack = options.Unpack };
        ImageBundle made = await ImageBundle.CreateAsync(image, Path.Combine(folder.Path, "copy"), bundleOptions, Unpacking(), cancellationToken).ConfigureAwait(false);
        Warn(made.Warnings);
        return await RunAsync(made.Bundle, cancellationToken).ConfigureAwait(false);
    }

    private UnpackReporter? Unpacking() => options.Progress is null ? null : new UnpackReporter(options.Progress);

    private async Task<ExitStatus> RunAsync(Bundle made, CancellationToken cancellationToken)
    {
        // Written, since others who exec into the container read what it may do.
        RuntimeSpec spec = RunSpec.Complete(made.Spec, _name, options);
        Bundle bundle = (await Bundle.CreateAsync(made.Path, spec, cancellationToken).ConfigureAwait(false)).WithOverlay(made.Overlay);
        bool carries = options.StandardInput is not null || options.StandardOutput is not null || options.StandardError is not null;
        Report(RunStage.Creating);
        var creation = new CreateContainerOptions { Stdio = carries ? ContainerStdio.Pipes : options.Stdio, KillOnDispose = true };
        Container container = await runtime.CreateAsync(_name, bundle, creation, cancellationToken).ConfigureAwait(false);
        await using (container.ConfigureAwait(false))
        {
            Warn(container.Warnings);
            RunStreams? streams = carries ? RunStreams.Start(container, options, cancellationToken) : null;
            try
            {
                await container.StartAsync(cancellationToken).ConfigureAwait(false);
                Report(RunStage.Running);
                ExitStatus status = await WaitAsync(container, streams, cancellationToken).ConfigureAwait(false);
                Report(RunStage.Removing);
                return status;
            }
            finally
            {
                if (streams is not null)
                {
                    await streams.DisposeAsync().ConfigureAwait(false);
                }
            }
        }
    }

    /// <summary>Waits for the end of the program, and of what it wrote; a stream of the caller that fails ends the run.</summary>
    private static async Task<ExitStatus> WaitAsync(Container container, RunStreams? streams, CancellationToken cancellationToken)
    {
        Task<ExitStatus> exit = container.WaitAsync(cancellationToken);
        if (streams is not null)
        {
            // With the first process of its pid namespace all others have ended, so that the outputs end soon after it.
            Task first = await Task.WhenAny(Task.WhenAll(exit, streams.Outputs), streams.Failure).ConfigureAwait(false);
            await first.ConfigureAwait(false);
        }
        return await exit.ConfigureAwait(false);
    }

    private void Report(RunStage stage) => options.Progress?.Report(new RunProgress(stage));

    private void Warn(IReadOnlyList<string> warnings)
    {
        foreach (string warning in warnings)
        {
            options.OnWarning?.Invoke(warning);
        }
    }

    private sealed class UnpackReporter(IProgress<RunProgress> progress) : IProgress<UnpackProgress>
    {
        public void Report(UnpackProgress value) => progress.Report(new RunProgress(RunStage.Unpacking, value));
    }
}
