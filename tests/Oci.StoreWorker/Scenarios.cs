using Oci.Image;
using Oci.Image.Archives;
using Oci.Image.Layouts;

namespace Oci.StoreWorker;

/// <summary>What a worker does when told.</summary>
public static class Scenarios
{
    /// <summary>A layout from nothing: an image, a tag that moves to another, a tag taken away, and what is left collected.</summary>
    public static async Task<string> WriteLayoutAsync(string path)
    {
        OciLayout layout = await OciLayout.CreateAsync(path);
        Descriptor first = await SampleImage.AddAsync(layout, "first");
        await layout.TagAsync(first, "v1");
        Descriptor second = await SampleImage.AddAsync(layout, "second");
        await layout.TagAsync(second, "v1");
        await layout.TagAsync(second, "gone");
        await layout.UntagAsync("gone");
        LayoutCollection collection = await layout.CollectAsync(new LayoutCollectOptions { GracePeriod = TimeSpan.Zero });
        return $"{collection.Removed.Count}";
    }

    public static async Task<string> WriteOciArchiveAsync(string path)
    {
        await using OciArchiveWriter writer = await OciArchiveWriter.CreateAsync(path, new OciArchiveWriterOptions { TemporaryDirectory = Path.GetDirectoryName(path)! });
        await writer.TagAsync(await SampleImage.AddAsync(writer, "new"), "v1");
        await using (ContentWriter blob = await writer.CreateAsync())
        {
            await blob.WriteAsync(new byte[100]);
            await blob.CommitAsync(MediaTypes.OctetStream);
        }
        await writer.CompleteAsync();
        return "done";
    }

    public static async Task<string> WriteDockerArchiveAsync(string path)
    {
        var store = new MemoryContentStore();
        OciImage image = await OciImage.OpenAsync(store, await SampleImage.AddAsync(store, "new"));
        await using DockerArchiveWriter writer = await DockerArchiveWriter.CreateAsync(path);
        await writer.AddAsync(image, ["localhost/sample:v1"]);
        await writer.CompleteAsync();
        return "done";
    }

    public static async Task<string> AddAndTagAsync(string path, string image, string tag)
    {
        OciLayout layout = await OciLayout.OpenAsync(path);
        Descriptor added = await SampleImage.AddAsync(layout, image);
        await layout.TagAsync(added, tag);
        return added.Digest.ToString();
    }

    public static async Task<string> CollectAsync(string path)
    {
        OciLayout layout = await OciLayout.OpenAsync(path);
        return $"{(await layout.CollectAsync()).Removed.Count}";
    }
}
