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
    private readonly PlatformsOption _platform = new("only this image of an index; several times for an index of just these (default: that of this machine)");
    private readonly Option<bool> _sparse = new("--sparse") { Description = "with several --platform keep the index as it is, digest and all, though some of its images stay behind" };
    private readonly Option<bool> _referrers = new("--referrers", "-r") { Description = "copy what refers to the image too, such as signatures and SBOMs" };
    private readonly Option<bool> _dryRun = new("--dry-run", "-n") { Description = "say what would be copied, and copy nothing" };

    public CopyCommand()
        : base("copy", "Copies an image between layouts, archives and registries, verified on the way.")
    {
        Add(_source);
        Add(_destination);
        Add(_all);
        Add(_format);
        _format.AcceptOnlyFromAmong("oci", "docker");
        Add(_platform);
        Add(_sparse);
        Add(_referrers);
        Add(_dryRun);
        Details = """
            What the destination has is not copied again, and a registry takes blobs from its other repositories. Digests stay as
            they are, unless --format changes manifests, or several --platform make a smaller index; layers are the same in both
            kinds. A docker-archive has no manifests, so that its images have another digest there. A copy that fails or is
            interrupted sets no tag.
            """;
        Examples =
        [
            new("oci copy docker://docker.io/library/debian:12 oci:images:debian", "from a registry into a layout"),
            new("oci copy --all --referrers oci:images:app docker://localhost:5000/app:v1", "push all platforms to a registry, with signatures"),
            new("oci copy --platform linux/amd64 --platform linux/arm64 docker://debian:12 docker://localhost:5000/debian:12", "two platforms"),
            new("oci copy --all --dry-run oci:images:app docker://localhost:5000/app:v1", "what would be sent"),
            new("oci copy oci:images:app docker-archive:app.tar:localhost/app:v1", "a file for 'docker load'"),
            new("oci copy --format oci docker-archive:saved.tar oci:images:saved", "what 'docker save' wrote"),
        ];
        Validators.Add(result =>
        {
            if (result.GetValue(_all) && result.GetResult(_platform) is not null)
            {
                result.AddError("--all copies every platform: give it or --platform, not both");
            }
            if (result.GetValue(_format) is not null && (result.GetValue(_referrers) || result.GetValue(_dryRun)))
            {
                result.AddError("--format makes new manifests, which nothing refers to and which are not known before: give it without --referrers and --dry-run");
            }
        });
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        await using ImageSource source = await call.OpenAsync(call.Get(_source), cancellationToken);
        Descriptor root = await source.ResolveAsync(cancellationToken);
        var options = new CopyOptions { IncludeReferrers = call.Get(_referrers), ReduceIndex = !call.Get(_sparse) };
        if (MediaTypes.IsIndex(root.MediaType) && !call.Get(_all))
        {
            root = await ChooseAsync(call, source, root, options, cancellationToken);
        }
        await using ImageTarget target = await ImageTarget.OpenAsync(call.Get(_destination), call.Registries, cancellationToken);
        if (call.Get(_dryRun))
        {
            CopyPlan plan = await target.PlanAsync(source.Content, root, options, cancellationToken);
            call.Print(PlannedResult.Of(source.Reference, target.Reference, plan), OutputJson.Relaxed.PlannedResult);
            return ExitCode.Done;
        }
        List<DroppedMember> dropped = [];
        CopyResult copied = await call.Progress.RunAsync(async bars =>
        {
            if (call.Get(_format) is not string format)
            {
                return await target.WriteAsync(source.Content, root, bars, cancellationToken, options);
            }
            var converted = new EditStore(target.Blobs, source.Content) { Progress = bars };
            var conversionOptions = new ImageConversionOptions { DropUnsupported = true, RecompressZstd = true };
            ImageConversion conversion = await ImageConverter.ConvertAsync(converted, root, converted, format == "docker" ? ImageFormat.Docker : ImageFormat.Oci, conversionOptions, cancellationToken);
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

    private async Task<Descriptor> ChooseAsync(Invocation call, ImageSource source, Descriptor root, CopyOptions options, CancellationToken cancellationToken)
    {
        Platform[] platforms = call.Get(_platform) ?? [];
        if (platforms.Length > 1)
        {
            options.Platforms = platforms;
            return root;
        }
        ImageIndex index = await source.Content.ReadIndexAsync(root, cancellationToken);
        Descriptor image = await PlatformSelector.SelectAsync(source.Content, root, platforms is [Platform only] ? only : Platform.Current, cancellationToken);
        if (index.Manifests.Count > 1 && platforms.Length == 0)
        {
            call.Note($"{source.Reference} lists {index.Manifests.Count} manifests, and the one for {image.Platform ?? Platform.Current} is copied. --all copies the index with all of them.");
        }
        return image;
    }
}
