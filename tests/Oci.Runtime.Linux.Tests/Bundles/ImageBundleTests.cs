using Oci.Image;
using Oci.Image.Building;
using Oci.Image.Layers;
using Oci.Image.RootFilesystems;
using Oci.Image.Tar;
using Oci.Runtime.Linux.Bundles;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Bundles;

public sealed class ImageBundleTests : IDisposable
{
    private readonly TempDirectory _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task CreateAsync_OfAnImage_UnpacksAndConverts()
    {
        Requires.Linux();
        OciImage image = await MakeAsync(["/bin/hello", "world"]);

        ImageBundle made = await ImageBundle.CreateAsync(image, _temp.Combine("bundle"));

        Assert.Equal("hi", await File.ReadAllTextAsync(Path.Combine(made.Bundle.RootPath, "greeting")));
        Assert.Equal(["/bin/hello", "world"], made.Bundle.Spec.Process!.Args);
        Assert.Equal(made.Bundle.Spec.Process.Args, (await Bundle.OpenAsync(_temp.Combine("bundle"))).Spec.Process!.Args);
        Assert.Equal(2, made.Unpacked.Bytes);
        RuntimeSpecValidator.ThrowIfInvalid(made.Bundle.Spec);
    }

    [Fact]
    public async Task CreateAsync_NothingToRun_LeavesNothing()
    {
        Requires.Linux();
        OciImage image = await MakeAsync(command: null);

        await Assert.ThrowsAsync<InvalidSpecException>(() => ImageBundle.CreateAsync(image, _temp.Combine("bundle")));

        Assert.Empty(Directory.EnumerateFileSystemEntries(_temp.Path));
    }

    [Fact]
    public async Task CreateAsync_NothingToRunInADirectoryThatWasThere_LeavesItEmpty()
    {
        Requires.Linux();
        OciImage image = await MakeAsync(command: null);
        Directory.CreateDirectory(_temp.Combine("bundle"));

        await Assert.ThrowsAsync<InvalidSpecException>(() => ImageBundle.CreateAsync(image, _temp.Combine("bundle")));

        Assert.Empty(Directory.EnumerateFileSystemEntries(_temp.Combine("bundle")));
    }

    [Fact]
    public async Task CreateAsync_ARootThatHasFiles_IsRefusedAndKept()
    {
        Requires.Linux();
        OciImage image = await MakeAsync(["/bin/hello"]);
        Directory.CreateDirectory(_temp.Combine("bundle", "rootfs"));
        await File.WriteAllTextAsync(_temp.Combine("bundle", "rootfs", "mine"), "keep");

        var e = await Assert.ThrowsAsync<UnpackException>(() => ImageBundle.CreateAsync(image, _temp.Combine("bundle")));

        Assert.Equal(UnpackFailure.TargetNotEmpty, e.Failure);
        Assert.Equal("keep", await File.ReadAllTextAsync(_temp.Combine("bundle", "rootfs", "mine")));
    }

    private static async Task<OciImage> MakeAsync(string[]? command)
    {
        var store = new MemoryContentStore();
        await using ContentWriter blob = await store.CreateAsync();
        await using var layer = new LayerWriter(blob);
        await layer.Tar.WriteEntryAsync(new TarHeader { Name = "greeting"u8.ToArray(), Size = 2 }, "hi"u8.ToArray());
        LayerDigests digests = await layer.CompleteAsync();
        await blob.CommitAsync(digests.Descriptor.MediaType, digests.Descriptor.Digest);
        var builder = new ImageBuilder();
        builder.Config = builder.Config with { Cmd = command };
        builder.AddLayer(digests.Descriptor, digests.DiffId);
        return await OciImage.OpenAsync(store, await builder.BuildAsync(store));
    }
}
