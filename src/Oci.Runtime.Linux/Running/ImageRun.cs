using Oci.Image;
using Oci.Image.RootFilesystems;
using Oci.Runtime.Linux.Bundles;
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
            Bundle bundle = await MakeBundleAsync(folder, cancellationToken).ConfigureAwait(false);
            status = await RunAsync(bundle, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            folder.RemoveAfter(e, _name);
            throw;
        }
        folder.Remove();
        return status;
    }

    private async Task<Bundle> MakeBundleAsync(RunFolder folder, CancellationToken cancellationToken)
    {
        string path = Path.Combine(folder.Path, "bundle");
        var progress = options.Progress is null ? null : new UnpackReporter(options.Progress);
        ImageBundle made = await ImageBundle.CreateAsync(
            image,
            path,
            new ImageBundleOptions { Spec = RunSpec.ForImage(args, options), Unpack = options.Unpack },
            progress,
            cancellationToken).ConfigureAwait(false);
        Warn(made.Warnings);
        return await Bundle.CreateAsync(path, RunSpec.Complete(made.Bundle.Spec, _name, options), cancellationToken).ConfigureAwait(false);
    }

    private async Task<ExitStatus> RunAsync(Bundle bundle, CancellationToken cancellationToken)
    {
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
