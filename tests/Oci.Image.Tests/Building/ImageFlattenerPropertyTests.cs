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
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => CheckAsync(seed).GetAwaiter().GetResult()).Check(Config.QuickThrowOnFailure.WithMaxTest(40));

    private async Task CheckAsync(int seed)
    {
        var store = new MemoryContentStore();
        string expected = _temp.Combine($"expected-{seed}");
        OciImage image = await RandomLayers.BuildValidAsync(store, new RandomLayers(seed).Create(), expected);
        for (int first = 0; first < image.Layers.Count; first++)
        {
            Descriptor flat = await ImageFlattener.FlattenAsync(image, store, new FlattenOptions { FirstLayer = first });
            OciImage result = await OciImage.OpenAsync(store, flat);
            Assert.Equal(first + 1, result.Layers.Count);
            IReadOnlyList<string> differences = await LayeredImage.GetDifferencesAsync(_temp, expected, result);
            Assert.True(differences.Count == 0, $"seed {seed} from layer {first}: {string.Join(", ", differences)}");
        }
    }
}
