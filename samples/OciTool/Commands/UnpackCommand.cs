using System.CommandLine;
using Oci.Image;
using Oci.Image.RootFilesystems;
using Oci.Runtime.Linux.Bundles;
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
        Add(CommonOptions.Platform);
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
        var options = new ImageBundleOptions();
        if (call.Get(_rootless))
        {
            options.Unpack = new UnpackOptions { Ownership = OwnershipPolicy.Record };
        }
        string path = call.Get(_bundle);
        ImageBundle bundle = await call.Progress.RunAsync(bars => ImageBundle.CreateAsync(image, path, options, bars, cancellationToken));
        foreach (string warning in bundle.Warnings)
        {
            call.Note(warning);
        }
        call.Print(new UnpackedResult(source.Reference.Text, image.Descriptor.Digest.ToString(), path, bundle.Unpacked.Entries, bundle.Unpacked.Bytes, bundle.Warnings), OutputJson.Relaxed.UnpackedResult);
        return ExitCode.Done;
    }
}
