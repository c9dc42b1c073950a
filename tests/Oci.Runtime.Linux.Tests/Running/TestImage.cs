using Oci.Image;
using Oci.Image.Building;
using Oci.Image.Layers;
using Oci.Image.RootFilesystems;
using Oci.Runtime.Linux.Tests.Lifecycle;

namespace Oci.Runtime.Linux.Tests.Running;

/// <summary>Images in memory, of layers that tests make.</summary>
internal static class TestImage
{
    private static readonly Lazy<Task<OciImage>> s_busyBox = new(MakeBusyBoxAsync);

    /// <summary>An image of one layer: busybox.</summary>
    public static async Task<OciImage> BusyBoxAsync(params string[] command)
    {
        OciImage image = await s_busyBox.Value;
        var store = (MemoryContentStore)image.Source;
        var builder = new ImageBuilder(image);
        builder.Config = builder.Config with { Cmd = command };
        Descriptor built = await builder.BuildAsync(store);
        await store.TagAsync(built, "test");
        return await OciImage.OpenAsync(store, built);
    }

    private static async Task<OciImage> MakeBusyBoxAsync()
    {
        using var temp = new TempDirectory();
        BusyBox.WriteTo(temp.Path);
        Directory.CreateDirectory(temp.Combine("home"));
        await File.WriteAllTextAsync(temp.Combine("etc", "passwd"), "root:x:0:0:root:/root:/bin/sh\nweb:x:0:0::/home:/bin/sh\n");
        return await MakeAsync(["true"], layer => new DirectoryPacker().PackAsync(temp.Path, layer.Tar));
    }

    /// <summary>An image whose layers are written by the caller, the lowest first.</summary>
    public static async Task<OciImage> MakeAsync(string[] command, params Func<LayerWriter, Task>[] layers)
    {
        var store = new MemoryContentStore();
        var builder = new ImageBuilder { MaxLayers = 1000 };
        builder.Config = builder.Config with { Cmd = command.Length > 0 ? command : null };
        foreach (Func<LayerWriter, Task> write in layers)
        {
            LayerDigests digests = await AddAsync(store, write);
            builder.AddLayer(digests.Descriptor, digests.DiffId);
        }
        return await OciImage.OpenAsync(store, await builder.BuildAsync(store));
    }

    /// <summary>The image with more layers on top.</summary>
    public static async Task<OciImage> AddAsync(OciImage image, params Func<LayerWriter, Task>[] layers)
    {
        var store = (MemoryContentStore)image.Source;
        var builder = new ImageBuilder(image) { MaxLayers = 1000 };
        foreach (Func<LayerWriter, Task> write in layers)
        {
            LayerDigests digests = await AddAsync(store, write);
            builder.AddLayer(digests.Descriptor, digests.DiffId);
        }
        return await OciImage.OpenAsync(store, await builder.BuildAsync(store));
    }

    private static async Task<LayerDigests> AddAsync(MemoryContentStore store, Func<LayerWriter, Task> write)
    {
        await using ContentWriter blob = await store.CreateAsync();
        await using var layer = new LayerWriter(blob);
        await write(layer);
        LayerDigests digests = await layer.CompleteAsync();
        await blob.CommitAsync(digests.Descriptor.MediaType, digests.Descriptor.Digest);
        return digests;
    }
}
