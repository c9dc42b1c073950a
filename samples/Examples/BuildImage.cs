using Oci.Image;
using Oci.Image.Building;
using Oci.Image.Layers;
using Oci.Image.Layouts;
using Oci.Image.RootFilesystems;

namespace Examples;

internal static class BuildImage
{
    public static async Task RunAsync(string folder, string layoutPath, string tag)
    {
        OciLayout layout = await OciLayout.CreateAsync(layoutPath);
        await using ContentWriter blob = await layout.CreateAsync();
        await using var layer = new LayerWriter(blob);
        await new DirectoryPacker().PackAsync(folder, layer.Tar);
        LayerDigests digests = await layer.CompleteAsync();
        await blob.CommitAsync(digests.Descriptor.MediaType, digests.Descriptor.Digest);

        var builder = new ImageBuilder();
        builder.Config = builder.Config with { Cmd = ["/bin/sh"] };
        builder.AddLayer(digests.Descriptor, digests.DiffId);
        Descriptor image = await builder.BuildAsync(layout);
        await layout.TagAsync(image, tag);
    }
}
