using Oci.Benchmarks.SideBySide;
using Oci.Image;
using Oci.Image.Building;
using Oci.Image.Layers;
using Oci.Image.Layouts;
using Oci.Image.Manifests;
using Oci.Image.RootFilesystems;

namespace Oci.Benchmarks.RootFilesystems;

/// <summary>A gzip layer, verified and unpacked, against GNU tar, which verifies nothing, and umoci, which does.</summary>
internal sealed class UnpackComparison(RealTree tree) : Comparison
{
    private readonly string _layout = tree.Folder["unpack-layout"];
    private readonly string _target = tree.Folder["unpack-root"];

    public override string Name => $"Unpack{tree.Name}";

    public override string Description => $"A gzip layer, {tree.Description}, into a new directory. The SDK and umoci check size, digest and DiffID on the way; tar checks nothing.";

    public override int Rounds => 3;

    public override async Task<IReadOnlyList<Contestant>> PrepareAsync()
    {
        (string blob, LayerDigests digests) = await tree.GetLayerAsync();
        var layout = await OciLayout.CreateAsync(_layout);
        await using (FileStream content = File.OpenRead(blob))
        {
            await layout.AddAsync(digests.Descriptor, content);
        }
        var builder = new ImageBuilder();
        builder.AddLayer(digests.Descriptor, digests.DiffId);
        await layout.TagAsync(await builder.BuildAsync(layout), "image");
        OciImage image = await OciImage.OpenAsync(layout, "image");
        return
        [
            new("tar -xzf", () => ExtractAsync(blob), () => Tool.Remove(_target)),
            new("ImageUnpacker", () => new ImageUnpacker().UnpackAsync(image, _target), () => Tool.Remove(_target)),
            new("umoci raw unpack", () => Tool.RunAsync("umoci", "raw", "unpack", "--image", _layout + ":image", _target), () => Tool.Remove(_target)),
        ];
    }

    public override void Dispose()
    {
        Tool.Remove(_target);
        Tool.Remove(_layout);
    }

    private Task ExtractAsync(string blob)
    {
        Directory.CreateDirectory(_target);
        return Tool.RunAsync("tar", "-xzf", blob, "-C", _target);
    }
}
