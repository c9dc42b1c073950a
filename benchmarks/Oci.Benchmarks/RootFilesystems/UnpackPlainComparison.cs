using Oci.Benchmarks.SideBySide;
using Oci.Image.Layers;
using Oci.Image.RootFilesystems;

namespace Oci.Benchmarks.RootFilesystems;

/// <summary>A plain tar archive as a layer, verified and unpacked, against GNU tar.</summary>
internal sealed class UnpackPlainComparison(RealTree tree) : Comparison
{
    private readonly string _target = tree.Folder["unpack-root"];

    public override string Name => $"UnpackPlain{tree.Name}";

    public override string Description => $"A tar archive, {tree.Description}, into a new directory. The SDK checks size and digest on the way; tar checks nothing.";

    public override int Rounds => 3;

    public override async Task<IReadOnlyList<Contestant>> PrepareAsync()
    {
        string archive = await tree.GetArchiveAsync();
        LayerDigests digests = await LayerDigestsOf.FileAsync(archive);
        var layer = new UnpackLayer
        {
            Descriptor = digests.Descriptor,
            DiffId = digests.DiffId,
            OpenAsync = _ => Task.FromResult<Stream>(File.OpenRead(archive)),
        };
        return
        [
            new("tar -xf", () => ExtractAsync(archive), () => Tool.Remove(_target)),
            new("ImageUnpacker", () => new ImageUnpacker().UnpackAsync([layer], _target), () => Tool.Remove(_target)),
        ];
    }

    public override void Dispose() => Tool.Remove(_target);

    private Task ExtractAsync(string archive)
    {
        Directory.CreateDirectory(_target);
        return Tool.RunAsync("tar", "-xf", archive, "-C", _target);
    }
}
