using Oci.Benchmarks.SideBySide;
using Oci.Image.Layers;
using Oci.Image.RootFilesystems;

namespace Oci.Benchmarks.RootFilesystems;

/// <summary>A directory made into a gzip layer with both digests, against GNU tar and pigz, which make none.</summary>
internal sealed class LayerBuildComparison(RealTree tree) : Comparison
{
    private readonly string _output = tree.Folder["built.tar.gz"];

    public override string Name => $"LayerBuild{tree.Name}";

    public override string Description => $"A gzip layer of {tree.Description}, in a file. The SDK makes the digest and the DiffID on the way; pigz makes neither. {Environment.ProcessorCount} processors.";

    public override int Rounds => 3;

    public override async Task<IReadOnlyList<Contestant>> PrepareAsync()
    {
        string directory = await tree.GetDirectoryAsync();
        return
        [
            new("tar | pigz -6", () => Tool.RunAsync("sh", "-c", "tar -C \"$0\" -cf - . | pigz -6 > \"$1\"", directory, _output), Dispose, GetSize),
            new("DirectoryPacker, LayerWriter", () => BuildAsync(directory), Dispose, GetSize),
        ];
    }

    public override void Dispose() => File.Delete(_output);

    private long GetSize() => new FileInfo(_output).Length;

    private async Task BuildAsync(string directory)
    {
        await using FileStream destination = File.Create(_output);
        await using var layer = new LayerWriter(destination);
        await new DirectoryPacker().PackAsync(directory, layer.Tar);
        await layer.CompleteAsync();
    }
}
