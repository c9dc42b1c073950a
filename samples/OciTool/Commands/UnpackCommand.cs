using System.CommandLine;
using Oci.Image;
using Oci.Image.RootFilesystems;
using Oci.Runtime.Linux.Bundles;
using OciTool.Bundles;
using OciTool.CommandLine;
using OciTool.References;
using OciTool.Results;

namespace OciTool.Commands;

/// <summary><c>oci unpack</c>: a runtime bundle of an image.</summary>
internal sealed class UnpackCommand : ToolCommand
{
    private readonly Argument<ImageReference> _image = CommonOptions.Image();
    private readonly Argument<string> _bundle = new("BUNDLE") { Description = "the directory to make: config.json, rootfs, and what 'oci repack' compares with" };
    private readonly Option<bool> _rootless = new("--rootless") { Description = "as an ordinary user would: owners are recorded, not set (default: without root)" };

    public UnpackCommand()
        : base("unpack", "Unpacks an image into a bundle, which runc, crun and ocirun run.")
    {
        Add(_image);
        Add(_bundle);
        Add(_rootless);
        Add(PlatformOption.ToRead());
        Details = "Every layer is verified. Hostile names and links stay inside the bundle. An unpack that fails leaves nothing behind.";
        Examples =
        [
            new("oci unpack oci:images:debian bundle && runc run --bundle bundle hello", "unpack and run"),
            new("oci unpack --rootless docker://docker.io/library/busybox bundle", "as an ordinary user, from a registry"),
        ];
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        await using ImageSource source = await call.OpenAsync(call.Get(_image), cancellationToken);
        OciImage image = await source.OpenImageAsync(call.Platform, cancellationToken);
        bool rootless = call.Get(_rootless) || !Environment.IsPrivilegedProcess;
        string path = call.Get(_bundle);
        bool isNew = !Directory.Exists(path);
        ImageBundle bundle = await call.Progress.RunAsync(bars => ImageBundle.CreateAsync(image, path, CreateOptions(call, image, rootless), bars, cancellationToken));
        try
        {
            await BundleState.SaveAsync(path, UnpackRecord.Of(source.Reference, image.Descriptor, rootless), cancellationToken);
        }
        catch
        {
            Remove(path, isNew);
            throw;
        }
        foreach (string warning in bundle.Warnings)
        {
            call.Note(warning);
        }
        call.Print(new UnpackedResult(source.Reference.Text, image.Descriptor.Digest.ToString(), path, bundle.Unpacked.Entries, bundle.Unpacked.Bytes, bundle.Warnings), OutputJson.Relaxed.UnpackedResult);
        return ExitCode.Done;
    }

    private static ImageBundleOptions CreateOptions(Invocation call, OciImage image, bool rootless)
    {
        var options = new ImageBundleOptions();
        if (rootless)
        {
            options.Unpack = new UnpackOptions { Ownership = OwnershipPolicy.Record };
        }
        if (image.Config.Config is not ({ Entrypoint.Count: > 0 } or { Cmd.Count: > 0 }))
        {
            call.Note("the image says no command: config.json has 'sh'.");
            options.Spec = new ImageSpecOptions { Args = ["sh"] };
        }
        return options;
    }

    private static void Remove(string bundle, bool isNew)
    {
        foreach (string entry in Directory.EnumerateFileSystemEntries(bundle))
        {
            RootFilesystem.Delete(entry);
        }
        if (isNew)
        {
            Directory.Delete(bundle);
        }
    }
}
