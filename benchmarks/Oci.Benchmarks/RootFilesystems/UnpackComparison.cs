using Oci.Benchmarks.SideBySide;
using Oci.Image.Layers;
using Oci.Image.RootFilesystems;

namespace Oci.Benchmarks.RootFilesystems;

/// <summary>A gzip layer of this machine's own files, verified and unpacked, against GNU tar, which verifies nothing.</summary>
internal sealed class UnpackComparison : Comparison
{
    private readonly string _folder = Directory.CreateTempSubdirectory("oci-benchmark-").FullName;

    public override string Name => "Unpack";

    public override string Description => "A gzip layer of about 200 MB, made of files under /usr: unpacked to a new directory. The SDK checks size, digest and DiffID on the way.";

    public override async Task<IReadOnlyList<Contestant>> PrepareAsync()
    {
        string blob = Path.Combine(_folder, "layer.tar.gz");
        LayerDigests digests = await RealLayer.WriteAsync(blob);
        string target = Path.Combine(_folder, "root");
        var layer = new UnpackLayer
        {
            Descriptor = digests.Descriptor,
            DiffId = digests.DiffId,
            OpenAsync = _ => Task.FromResult<Stream>(File.OpenRead(blob)),
        };
        Console.WriteLine($"{digests.Descriptor.Size / 1e6:N0} MB compressed, {digests.UncompressedSize / 1e6:N0} MB as tar");
        return
        [
            new("tar -xzf", () => RealLayer.ExtractByTarAsync(blob, target), () => Directory.Delete(target, recursive: true)),
            new("ImageUnpacker", () => new ImageUnpacker().UnpackAsync([layer], target), () => Directory.Delete(target, recursive: true)),
        ];
    }

    public override void Dispose() => Directory.Delete(_folder, recursive: true);
}
