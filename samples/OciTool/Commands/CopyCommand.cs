using System.CommandLine;
using Oci.Distribution.Copying;
using Oci.Image;
using Oci.Image.Manifests;
using OciTool.CommandLine;
using OciTool.References;
using OciTool.Results;

namespace OciTool.Commands;

/// <summary><c>oci copy</c>: an image from one place to another.</summary>
internal sealed class CopyCommand : ToolCommand
{
    private readonly Argument<ImageReference> _source = CommonOptions.Image("SRC", "the image to copy: see 'oci --help' for its forms");
    private readonly Argument<ImageReference> _destination = CommonOptions.Image("DST", "where to copy it to, likewise");
    private readonly Option<bool> _all = new("--all", "-a") { Description = "copy an index with all its images, not just that of one platform" };

    private readonly Option<string?> _format = new("--format", "-f")
    {
        Description = "write manifests of this kind: oci or docker (default: as they are)",
        HelpName = "FORMAT",
    };
    private readonly PlatformOption _platform = PlatformOption.ToRead();

    public CopyCommand()
        : base("copy", "Copies an image between layouts, archives and registries, verified on the way.")
    {
        Add(_source);
        Add(_destination);
        Add(_all);
        Add(_format);
        _format.AcceptOnlyFromAmong("oci", "docker");
        Add(_platform);
        Details = """
            What the destination has is not copied again. Digests stay as they are, unless --format changes manifests; layers are
            the same in both kinds. A docker-archive has no manifests, so that its images have another digest there.
            """;
        Examples =
        [
            new("oci copy docker://docker.io/library/debian:12 oci:images:debian", "from a registry into a layout"),
            new("oci copy --all oci:images:app docker://localhost:5000/app:v1", "push all platforms to a registry"),
            new("oci copy oci:images:app docker-archive:app.tar:localhost/app:v1", "a file for 'docker load'"),
            new("oci copy --format oci docker-archive:saved.tar oci:images:saved", "what 'docker save' wrote"),
        ];
        Validators.Add(result =>
        {
            if (result.GetValue(_all) && result.GetResult(_platform) is not null)
            {
                result.AddError("--all copies every platform: give it or --platform, not both");
            }
        });
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        await using ImageSource source = await call.OpenAsync(call.Get(_source), cancellationToken);
        Descriptor root = await source.ResolveAsync(cancellationToken);
        if (MediaTypes.IsIndex(root.MediaType) && !call.Get(_all))
        {
            ImageIndex index = await source.Content.ReadIndexAsync(root, cancellationToken);
            root = await PlatformSelector.SelectAsync(source.Content, root, call.Platform ?? Platform.Current, cancellationToken);
            if (index.Manifests.Count > 1 && call.Platform is null)
            {
                call.Note($"{source.Reference} lists {index.Manifests.Count} manifests, and the one for {root.Platform ?? Platform.Current} is copied. --all copies the index with all of them.");
            }
        }
        await using ImageTarget target = await ImageTarget.OpenAsync(call.Get(_destination), call.Registries, cancellationToken);
        List<DroppedMember> dropped = [];
        CopyResult copied = await call.Progress.RunAsync(async bars =>
        {
            if (call.Get(_format) is not string format)
            {
                return await target.WriteAsync(source.Content, root, bars, cancellationToken);
            }
            var converted = new EditStore(target.Blobs, source.Content) { Progress = bars };
            var options = new ImageConversionOptions { DropUnsupported = true, RecompressZstd = true };
            ImageConversion conversion = await ImageConverter.ConvertAsync(converted, root, converted, format == "docker" ? ImageFormat.Docker : ImageFormat.Oci, options, cancellationToken);
            dropped.AddRange(conversion.Dropped);
            return await target.WriteAsync(converted, conversion.Root, bars, cancellationToken);
        });
        foreach (DroppedMember member in dropped)
        {
            call.Note($"left out, since the format has no place for it: {member}");
        }
        call.Print(CopiedResult.Of(source.Reference, target.Reference, copied.Root, copied), OutputJson.Relaxed.CopiedResult);
        return ExitCode.Done;
    }
}
