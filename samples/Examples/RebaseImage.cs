using Oci.Image;
using Oci.Image.Building;
using Oci.Image.Layouts;

namespace Examples;

internal static class RebaseImage
{
    public static async Task RunAsync(string layoutPath, string tag, string oldBaseTag, string newBaseTag)
    {
        OciLayout layout = await OciLayout.OpenAsync(layoutPath);
        OciImage image = await OciImage.OpenAsync(layout, tag);
        OciImage oldBase = await OciImage.OpenAsync(layout, oldBaseTag);
        OciImage newBase = await OciImage.OpenAsync(layout, newBaseTag);

        Descriptor rebased = await ImageRebaser.RebaseAsync(image, oldBase, newBase, layout);
        var aboveTheBase = new FlattenOptions { FirstLayer = newBase.Layers.Count };
        Descriptor flat = await ImageFlattener.FlattenAsync(await OciImage.OpenAsync(layout, rebased), layout, aboveTheBase);
        await layout.TagAsync(flat, tag);
    }
}
