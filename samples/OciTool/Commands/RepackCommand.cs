using System.CommandLine;
using Oci.Image;
using Oci.Image.Building;
using Oci.Image.Changes;
using Oci.Image.Configuration;
using Oci.Image.Layers;
using Oci.Image.RootFilesystems;
using OciTool.Bundles;
using OciTool.CommandLine;
using OciTool.References;
using OciTool.Results;

namespace OciTool.Commands;

/// <summary><c>oci repack</c>: what changed in a bundle as a layer.</summary>
internal sealed class RepackCommand : ToolCommand
{
    private readonly Argument<ImageReference> _image = CommonOptions.Image("REF", "where to write the new image: see 'oci --help' for its forms");
    private readonly Argument<string> _bundle = new("BUNDLE") { Description = "the directory that 'oci unpack' made" };
    private readonly CompressionOption _compression = new();
    private readonly Option<string[]> _mask = new("--mask-path") { Description = "a path whose changes are left out, as those of the image's volumes are", HelpName = "PATH" };
    private readonly Option<bool> _noMaskVolumes = new("--no-mask-volumes") { Description = "take changes in the image's volumes too" };
    private readonly Option<bool> _refresh = new("--refresh-bundle") { Description = "the next repack compares with the bundle as it is now" };

    public RepackCommand()
        : base("repack", "Makes an image of a bundle that was unpacked and changed: the image it was, and one layer more.")
    {
        Add(_image);
        Add(_bundle);
        Add(_compression);
        Add(_mask);
        Add(_noMaskVolumes);
        Add(_refresh);
        Details = """
            The layer has what is new or changed, and whiteouts for what is gone. The image that was unpacked must still be where
            it was, or where the new one goes.
            """;
        Examples =
        [
            new("oci unpack oci:images:debian bundle && touch bundle/rootfs/hello && oci repack oci:images:hello bundle", "unpack, change, repack"),
            new("oci repack docker://localhost:5000/app:v2 bundle --compression zstd", "push what a bundle has become"),
        ];
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        string path = call.Get(_bundle);
        BundleState bundle = await BundleState.LoadAsync(path, cancellationToken);
        TreeSnapshot before = await bundle.ReadSnapshotAsync(cancellationToken);
        TreeSnapshot after = await bundle.CaptureAsync(cancellationToken);
        await using ImageEdit edit = await ImageEdit.OpenAsync(call, ImageReference.Parse(bundle.Record.Reference), bundle.Record.Manifest, call.Get(_image), cancellationToken);
        ChangeCount changes = default;
        LayerDigests? layer = null;
        EditResult result = await edit.ApplyAsync(call, async (image, token) =>
        {
            PackOptions pack = CreateOptions(call, bundle, image);
            changes = ChangeCount.Of(after.GetChangesSince(before).Where(change => pack.Exclude?.Invoke(change.Path) != true));
            if (changes == default)
            {
                return image.Descriptor;
            }
            var options = new LayerBuilderOptions { Codec = _compression.ToCodec(call) };
            layer = await LayerBuilder.CreateAsync(edit.Store, (tar, t) => new ChangePacker(pack).PackAsync(before, after, bundle.RootPath, tar, t), options, token);
            ImageBuilder builder = ImageBuilder.Edit(image);
            builder.Created = call.Now;
            builder.AddLayer(layer, new History { CreatedBy = call.CommandText, Created = call.Now });
            return await builder.BuildAsync(edit.Store, token);
        }, cancellationToken);
        if (call.Get(_refresh))
        {
            var made = new Descriptor { MediaType = MediaType.Parse(result.MediaType), Digest = Digest.Parse(result.Digest), Size = result.Size };
            await BundleState.SaveAsync(path, UnpackRecord.Of(call.Get(_image), made, bundle.Record.Rootless), cancellationToken);
        }
        call.Print(
            new RepackedResult(result.Reference, result.Digest, result.MediaType, result.Size, result.Base, layer is null ? null : LayerResult.Of(layer.Descriptor, layer.DiffId), changes.Added, changes.Modified, changes.Deleted),
            OutputJson.Relaxed.RepackedResult);
        return ExitCode.Done;
    }

    private PackOptions CreateOptions(Invocation call, BundleState bundle, OciImage image)
    {
        IEnumerable<string> volumes = call.Get(_noMaskVolumes) ? [] : image.Config.Config?.Volumes?.Keys ?? [];
        string[] masked = [.. volumes.Concat(call.Get(_mask) ?? []).Select(path => path.Trim('/')).Where(path => path.Length > 0)];
        return new PackOptions
        {
            UidMappings = bundle.UidMappings,
            GidMappings = bundle.GidMappings,
            LatestTime = SourceDateEpoch.FromEnvironment(),
            Exclude = masked.Length == 0 ? null : path => masked.Any(mask => path == mask || path.StartsWith($"{mask}/", StringComparison.Ordinal)),
        };
    }

    private readonly record struct ChangeCount(int Added, int Modified, int Deleted)
    {
        public static ChangeCount Of(IEnumerable<TreeChange> changes) => changes.Aggregate(default(ChangeCount), (count, change) => change.Kind switch
        {
            TreeChangeKind.Added => count with { Added = count.Added + 1 },
            TreeChangeKind.Modified => count with { Modified = count.Modified + 1 },
            _ => count with { Deleted = count.Deleted + 1 },
        });
    }
}
