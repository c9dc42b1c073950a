using FsCheck;
using FsCheck.Fluent;
using Oci.Image.Building;
using Oci.Image.LayerStores;
using Oci.Image.RootFilesystems;

namespace Oci.Image.Tests.Changes;

/// <summary>Layers of changes, unpacked each by itself and put on each other by overlayfs, make the tree after the change too.</summary>
[Trait("Needs", "root")]
public sealed class ChangePackerStoreTests : IDisposable
{
    private readonly TempDirectory _temp = new();
    private int _count;

    public ChangePackerStoreTests() => Requires.Root();

    public void Dispose()
    {
        foreach (string directory in Directory.GetDirectories(_temp.Path))
        {
            RootFilesystem.Delete(directory);
        }
        _temp.Dispose();
    }

    [Fact]
    public void PackTreesAsync_LayersOfOverlayfs_MakeTheTree()
    {
        Arbitrary<int[]> numbers = ArbMap.Default.ArbFor<int[]>();
        Prop.ForAll(numbers, numbers, (first, changes) => CheckAsync(first, changes).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(15).WithStartSize(20).WithEndSize(120));
    }

    private async Task CheckAsync(int[] first, int[] changes)
    {
        string before = NewDirectory();
        using (var operations = new TreeOperations(before))
        {
            operations.Apply(first);
        }
        byte[] lower = await Trees.PackAsync(before);
        string after = NewDirectory();
        await Trees.UnpackAsync(after, lower);
        using (var operations = new TreeOperations(after))
        {
            operations.Apply(changes);
        }
        OciImage image = await MakeImageAsync(lower, await Trees.DiffAsync(before, after));

        await using LayerLease lease = await LayerStore.Open(_temp.Combine("store")).AcquireAsync(image);

        // Two lower directories make a read-only overlay without an upper one.
        string merged = NewDirectory();
        (await ToolResult.RunAsync("mount", ["-t", "overlay", "overlay", "-o", $"lowerdir={string.Join(':', lease.Directories.Reverse())},index=off", merged])).EnsureSuccess();
        try
        {
            Assert.Equal(TreeListing.Of(after, ListingOptions.WithoutRoot), TreeListing.Of(merged, ListingOptions.WithoutRoot));
        }
        finally
        {
            (await ToolResult.RunAsync("umount", [merged])).EnsureSuccess();
        }
    }

    private static async Task<OciImage> MakeImageAsync(params byte[][] layers)
    {
        var store = new MemoryContentStore();
        var builder = new ImageBuilder();
        foreach (byte[] layer in layers)
        {
            builder.AddLayer(await store.AddAsync(MediaTypes.Layer, layer), Digest.Compute(layer));
        }
        return await OciImage.OpenAsync(store, await builder.BuildAsync(store));
    }

    private string NewDirectory() => Directory.CreateDirectory(_temp.Combine($"{++_count}")).FullName;
}
