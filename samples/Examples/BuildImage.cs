using Oci.Image;
using Oci.Image.Building;
using Oci.Image.Layers;
using Oci.Image.Layouts;

namespace Examples;

internal static class BuildImage
{
    public static async Task RunAsync(string folder, string layoutPath, string tag)
    {
        OciLayout layout = await OciLayout.CreateAsync(layoutPath);
        LayerDigests layer = await LayerBuilder.FromDirectoryAsync(layout, folder);

        var builder = new ImageBuilder();
        builder.Config = builder.Config with { Cmd = ["/bin/sh"] };
        Descriptor image = await builder.AddLayer(layer).BuildAsync(layout);
        await layout.TagAsync(image, tag);
    }
}
