using FsCheck;
using FsCheck.Fluent;
using Oci.Image.Building;
using Oci.Image.RootFilesystems;

namespace Oci.Image.Tests.Building;

/// <summary>Any image and what is flattened of it unpack to the same tree, wherever the flattening begins.</summary>
public sealed class ImageFlattenerPropertyTests : IDisposable
{
    private readonly TempDirectory _temp = new();

    public ImageFlattenerPropertyTests() => Requires.Linux();

    public void Dispose() => RootFilesystem.Delete(_temp.Path);

    [Fact]
    public void FlattenAsync_AnyLayers_UnpackToTheSameTree() =>
        Prop.ForAll(ArbMap.Default.ArbFor<DoNotSize<int>>(), seed => CheckAsync(seed.Item).GetAwaiter().GetResult()).Check(Config.QuickThrowOnFailure.WithMaxTest(120));

    private async Task CheckAsync(int seed)
    {
        var store = new MemoryContentStore();
        OciImage image = await RandomLayers.BuildValidAsync(store, new RandomLayers(seed).Create(), _temp);
        for (int first = 0; first < image.Layers.Count; first++)
        {
            Descriptor flat = await ImageFlattener.FlattenAsync(image, store, new FlattenOptions { FirstLayer = first });
            OciImage result = await OciImage.OpenAsync(store, flat);
            Assert.Equal(first + 1, result.Layers.Count);
            IReadOnlyList<string> differences = await LayeredImage.GetDifferencesAsync(_temp, image, result);
            Assert.True(differences.Count == 0, $"seed {seed} from layer {first}: {string.Join(", ", differences)}");
        }
    }
}
