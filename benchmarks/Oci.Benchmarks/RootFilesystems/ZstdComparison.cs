using Oci.Benchmarks.SideBySide;
using Oci.Image.Compression;
using Oci.Image.Layers;

namespace Oci.Benchmarks.RootFilesystems;

/// <summary>A tar archive made into a zstd layer with both digests, against the zstd tool at the same level, which makes none.</summary>
internal sealed class ZstdComparison(RealTree tree) : Comparison
{
    private const int Level = 3;

    private readonly string _output = tree.Folder["built.tar.zst"];

    public override string Name => $"Zstd{tree.Name}";

    public override string Description => $"The tar archive of {tree.Description}, compressed to a file by zstd at level {Level}. The SDK makes the digest and the DiffID on the way; the tool makes neither.";

    public override int Rounds => 5;

    public override async Task<IReadOnlyList<Contestant>> PrepareAsync()
    {
        string archive = await tree.GetArchiveAsync();
        return
        [
            new($"zstd -{Level}", () => Tool.RunAsync("zstd", $"-{Level}", "-q", "-f", archive, "-o", _output), Dispose, GetSize),
            new("LayerWriter, ZstdCodec", () => CompressAsync(archive), Dispose, GetSize),
        ];
    }

    public override void Dispose() => File.Delete(_output);

    private long GetSize() => new FileInfo(_output).Length;

    private async Task CompressAsync(string archive)
    {
        await using FileStream source = File.OpenRead(archive);
        await using FileStream destination = File.Create(_output);
        await using var layer = new LayerWriter(destination, new LayerWriterOptions { Codec = new ZstdCodec(Level) });
        await source.CopyToAsync(layer.Archive);
        await layer.CompleteAsync();
    }
}
