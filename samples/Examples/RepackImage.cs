using Oci.Image;
using Oci.Image.Building;
using Oci.Image.Changes;
using Oci.Image.Layers;
using Oci.Image.Layouts;
using Oci.Image.RootFilesystems;

namespace Examples;

internal static class RepackImage
{
    public static async Task RunAsync(string layoutPath, string tag, string folder, string newTag)
    {
        OciLayout layout = await OciLayout.OpenAsync(layoutPath);
        OciImage image = await OciImage.OpenAsync(layout, tag);
        await new ImageUnpacker().UnpackAsync(image, folder);
        TreeSnapshot before = await TreeSnapshot.CaptureAsync(folder);

        await File.WriteAllTextAsync(Path.Combine(folder, "motd"), "hello");

        TreeSnapshot after = await TreeSnapshot.CaptureAsync(folder);
        foreach (TreeChange change in after.GetChangesSince(before))
        {
            Console.WriteLine(change);
        }
        LayerDigests layer = await LayerBuilder.CreateAsync(layout, (tar, token) => new ChangePacker().PackAsync(before, after, folder, tar, token));
        await layout.TagAsync(await new ImageBuilder(image).AddLayer(layer).BuildAsync(layout), newTag);
    }
}
