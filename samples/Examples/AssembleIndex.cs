using Oci.Image;
using Oci.Image.Building;
using Oci.Image.Layouts;

namespace Examples;

internal static class AssembleIndex
{
    public static async Task RunAsync(string layoutPath, string tag, string[] imageTags)
    {
        OciLayout layout = await OciLayout.OpenAsync(layoutPath);
        var builder = new ImageIndexBuilder();
        foreach (string imageTag in imageTags)
        {
            builder.Add(await OciImage.OpenAsync(layout, imageTag));
        }
        await layout.TagAsync(await builder.BuildAsync(layout), tag);
    }
}
