using System.IO.Compression;
using Oci.Image.Building;
using Oci.Image.Compression;
using Oci.Image.Layers;
using Oci.Image.RootFilesystems;

namespace Oci.Image.Tests.Building;

/// <summary>One build of everything that this folder makes: layers, image, edit, rebase, flatten and index.</summary>
internal static class ReproducibleBuild
{
    public static readonly DateTimeOffset Time = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    /// <summary>Files in many sizes, one of several blocks of the compressor, made in an order of the caller's.</summary>
    public static void Plant(string directory, bool backwards)
    {
        IEnumerable<int> numbers = Enumerable.Range(0, 40);
        foreach (int number in backwards ? numbers.Reverse() : numbers)
        {
            string folder = Path.Combine(directory, $"d{number % 4}");
            Directory.CreateDirectory(folder);
            var content = new byte[number == 7 ? 2_500_000 : number * 997];
            new Random(number).NextBytes(content.AsSpan(0, content.Length / 2));
            string file = Path.Combine(folder, $"I\u0131i\u0130 {number}");
            File.WriteAllBytes(file, content);
            SetMode(file, 0b110_100_000 + number % 8);
        }
        foreach (string folder in Directory.EnumerateDirectories(directory))
        {
            SetMode(folder, 0b111_101_000);
        }
    }

    private static void SetMode(string path, int mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, (UnixFileMode)mode);
        }
    }

    /// <summary>The digests of all that is built, one a line.</summary>
    public static async Task<string> RunAsync(string directory, DateTimeOffset time, int workers)
    {
        var store = new MemoryContentStore();
        var codec = new GzipCodec(CompressionLevel.Fastest, workers);
        var platform = new Platform { Os = "linux", Architecture = "amd64" };
        LayerDigests tree = await LayerBuilder.FromDirectoryAsync(store, directory, new LayerBuilderOptions
        {
            Codec = codec,
            TargetPath = "srv/data",
            Pack = new PackOptions { LatestTime = time, Owner = new FileOwner(3, 4) },
        });
        LayerDigests files = await LayerBuilder.FromFilesAsync(store, [LayerFile.FromText("etc/a", "1") with { ModifiedTime = time }, LayerFile.Whiteout("srv/data/d1")], new LayerBuilderOptions { Codec = codec });
        var builder = new ImageBuilder(platform) { Created = time };
        builder.Config = builder.Config.WithEnvironment("I", "\u0131").WithLabel("b", "2").WithLabel("a", "1");
        OciImage image = await OciImage.OpenAsync(store, await builder.AddLayer(tree).AddLayer(files).BuildAsync(store));
        OciImage other = await OciImage.OpenAsync(store, await new ImageBuilder(platform) { Created = time }.AddLayer(files).BuildAsync(store));
        OciImage oldBase = await OciImage.OpenAsync(store, await new ImageBuilder(platform) { Created = time }.AddLayer(tree).BuildAsync(store));
        Descriptor rebased = await ImageRebaser.RebaseAsync(image, oldBase, other, store);
        Descriptor flat = await ImageFlattener.FlattenAsync(image, store, new FlattenOptions { Codec = codec });
        Descriptor index = await new ImageIndexBuilder().Add(image).Add(rebased).Add(flat).BuildAsync(store);
        return string.Join('\n', tree.DiffId, tree.Descriptor.Digest, files.DiffId, files.Descriptor.Digest, image.Manifest.Config.Digest, image.Descriptor.Digest, rebased.Digest, flat.Digest, index.Digest);
    }
}
