using Oci.Image;
using Oci.Image.Archives;
using Oci.Image.Layouts;

namespace Examples;

internal static class SaveImage
{
    public static async Task RunAsync(string layoutPath, string tag, string archivePath)
    {
        OciLayout layout = await OciLayout.OpenAsync(layoutPath);
        await using DockerArchiveWriter archive = await DockerArchiveWriter.CreateAsync(archivePath);
        await archive.AddAsync(await OciImage.OpenAsync(layout, tag), ["localhost/app:1"]);
        await archive.CompleteAsync();

        LayoutCollection collection = await layout.CollectAsync(new LayoutCollectOptions { DryRun = true });
        Console.WriteLine($"{collection.Removed.Count} blobs are of no use, {collection.RemovedBytes} bytes.");
    }
}
