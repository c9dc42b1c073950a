using Oci.Distribution;
using Oci.Distribution.Copying;
using Oci.Image;
using Oci.Image.Layouts;
using Oci.Image.RootFilesystems;
using Oci.Image.Validation;
using Oci.Runtime.Linux;
using Oci.Runtime.Linux.Bundles;
using Oci.Runtime.Linux.Processes;
using Quickstart.MachineImages;

namespace Quickstart;

/// <summary>The whole job: make an image, push it, pull it, verify it, unpack it, run it.</summary>
internal static class Job
{
    private const string Name = "quickstart";
    private const string Tag = "latest";

    /// <summary>Does the job and returns the exit code of the container.</summary>
    public static async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        using var work = new WorkFolder();
        var report = new StageReport(Console.Out);
        await using LocalRegistry registry = await LocalRegistry.StartAsync(work.Combine("registry"), cancellationToken);
        Repository repository = registry.Client.Repository(Name);

        await using ImageSource source = await report.RunAsync(arguments.Source is null ? "build" : "open",
            stage => OpenAsync(arguments.Source, work, stage, cancellationToken));

        await report.RunAsync("push", stage => PushAsync(source, repository, stage, cancellationToken));

        OciLayout layout = await report.RunAsync("pull", stage => PullAsync(repository, work.Combine("layout"), stage, cancellationToken));

        OciImage image = await report.RunAsync("verify", stage => VerifyAsync(layout, stage, cancellationToken));

        ImageBundle bundle = await report.RunAsync("unpack", stage => UnpackAsync(image, work.Combine("bundle"), arguments.Command, stage, cancellationToken));

        ExitStatus status = await report.RunAsync("run", stage => RunContainerAsync(bundle.Bundle, work.Combine("state"), stage, cancellationToken));

        report.PrintTotal();
        return status.ShellCode;
    }

    private static async Task<ImageSource> OpenAsync(string? name, WorkFolder work, StageProgress stage, CancellationToken cancellationToken)
    {
        if (name is null)
        {
            MachineFiles files = MachineFiles.Find();
            OciLayout built = await OciLayout.CreateAsync(work.Combine("built"), cancellationToken);
            Descriptor made = await MachineImage.BuildAsync(files, built, cancellationToken);
            stage.Report(await CountBytesAsync(built, made, cancellationToken));
            stage.Detail = $"an image of {files.Description}";
            return new ImageSource(built, made.Digest.ToString(), owned: null);
        }
        ImageSource source = await ImageSource.OpenAsync(name, cancellationToken);
        OciImage image = await OciImage.OpenAsync(source.Content, source.Reference, cancellationToken: cancellationToken);
        stage.Detail = $"{name}: {image.Config.Platform}, {image.Layers.Count} layers, {image.Descriptor.Digest}";
        return source;
    }

    private static async Task<CopyResult> PushAsync(ImageSource source, Repository repository, StageProgress stage, CancellationToken cancellationToken)
    {
        OciImage image = await OciImage.OpenAsync(source.Content, source.Reference, cancellationToken: cancellationToken);
        CopyResult result = await ContentCopier.CopyAsync(source.Content, image.Descriptor, repository, Tag, progress: new CopyReport(stage), cancellationToken: cancellationToken);
        stage.Report(result.CopiedBytes);
        stage.Detail = $"{result.Copied} blobs and manifests to {repository}:{Tag}";
        return result;
    }

    private static async Task<OciLayout> PullAsync(Repository repository, string path, StageProgress stage, CancellationToken cancellationToken)
    {
        OciLayout layout = await OciLayout.CreateAsync(path, cancellationToken);
        CopyResult result = await ContentCopier.CopyAsync(repository, Tag, layout, Tag, progress: new CopyReport(stage), cancellationToken: cancellationToken);
        stage.Report(result.CopiedBytes);
        stage.Detail = "into an OCI layout";
        return layout;
    }

    private static async Task<OciImage> VerifyAsync(OciLayout layout, StageProgress stage, CancellationToken cancellationToken)
    {
        OciImage image = await OciImage.OpenAsync(layout, Tag, cancellationToken: cancellationToken);
        var progress = new InlineProgress<ValidationProgress>(p => stage.Report(p.Bytes));
        ValidationReport report = await ImageValidator.ValidateAsync(layout, image.Descriptor, progress: progress, cancellationToken: cancellationToken);
        report.EnsureValid();
        stage.Report(report.VerifiedBytes);
        stage.Detail = $"{report.VerifiedCount} digests and {image.Layers.Count} DiffIDs are right";
        return image;
    }

    private static async Task<ImageBundle> UnpackAsync(OciImage image, string path, IReadOnlyList<string> command, StageProgress stage, CancellationToken cancellationToken)
    {
        var options = new ImageBundleOptions();
        if (command.Count > 0)
        {
            options.Spec = new ImageSpecOptions { Entrypoint = [], Args = command };
        }
        ImageBundle bundle = await ImageBundle.CreateAsync(image, path, options, new InlineProgress<UnpackProgress>(p => stage.Report(p.Bytes)), cancellationToken);
        stage.Report(bundle.Unpacked.Bytes);
        stage.Detail = $"{bundle.Unpacked.Entries} entries";
        stage.Warn(bundle.Warnings);
        return bundle;
    }

    private static async Task<ExitStatus> RunContainerAsync(Bundle bundle, string state, StageProgress stage, CancellationToken cancellationToken)
    {
        var runtime = new ContainerRuntime(new ContainerRuntimeOptions { Root = state });
        await using Container container = await runtime.CreateAsync(Name, bundle, new CreateContainerOptions { Stdio = ContainerStdio.Pipes, KillOnDispose = true }, cancellationToken);
        stage.Warn(container.Warnings);
        await container.StartAsync(cancellationToken);
        container.StandardInput!.Close();
        Task<long> output = StreamAsync(container.StandardOutput!, Console.OpenStandardOutput(), cancellationToken);
        Task<long> error = StreamAsync(container.StandardError!, Console.OpenStandardError(), cancellationToken);
        long bytes = await output + await error;
        ExitStatus status = await container.WaitAsync(cancellationToken);
        stage.Report(bytes);
        stage.Detail = status.ToString();
        return status;
    }

    // Each piece is shown as it comes, not when a buffer is full.
    private static async Task<long> StreamAsync(Stream from, Stream to, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        long bytes = 0;
        int read;
        while ((read = await from.ReadAsync(buffer, cancellationToken)) > 0)
        {
            await to.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            await to.FlushAsync(cancellationToken);
            bytes += read;
        }
        return bytes;
    }

    private static async Task<long> CountBytesAsync(IContentSource source, Descriptor image, CancellationToken cancellationToken)
    {
        OciImage opened = await OciImage.OpenAsync(source, image, cancellationToken: cancellationToken);
        return opened.Descriptor.Size + opened.Manifest.Config.Size + opened.Layers.Sum(l => l.Descriptor.Size);
    }
}
