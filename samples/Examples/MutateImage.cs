using Oci.Image;
using Oci.Image.Building;
using Oci.Image.Layers;
using Oci.Image.Layouts;

namespace Examples;

internal static class MutateImage
{
    public static async Task RunAsync(string layoutPath, string tag, string settings)
    {
        OciLayout layout = await OciLayout.OpenAsync(layoutPath);
        Descriptor root = await layout.ResolveAsync(tag) ?? throw new ContentNotFoundException(tag, layoutPath);
        LayerDigests layer = await LayerBuilder.FromFilesAsync(layout, [LayerFile.FromFile("etc/app.conf", settings)]);

        Descriptor edited = await ImageEditor.EditAsync(layout, root, async (image, token) =>
        {
            var builder = ImageBuilder.Edit(image);
            builder.Config = builder.Config.WithEnvironment("MODE", "fast").WithLabel("team", "web");
            return await builder.AddLayer(layer).BuildAsync(layout, token);
        });
        await layout.TagAsync(edited, tag);
    }
}
