using Oci.Benchmarks.Registries;
using Oci.Benchmarks.SideBySide;
using Oci.Distribution;
using Oci.Image.Layers;
using Oci.Image.RootFilesystems;

namespace Oci.Benchmarks.RootFilesystems;

/// <summary>A layer pulled from a registry on loopback, verified and unpacked in one pass, against GNU tar on the file.</summary>
internal sealed class PullUnpackComparison : Comparison
{
    private readonly string _folder = Directory.CreateTempSubdirectory("oci-benchmark-").FullName;
    private RegistryProcess? _registry;
    private RegistryClient? _client;

    public override string Name => "PullUnpack";

    public override string Description =>
        "A gzip layer of about 200 MB, made of files under /usr, into a new directory. The SDK pulls it from a registry (samples/RegistryServer, another process) over loopback, "
        + "and checks size, digest and DiffID, in one pass without a file between; tar reads the file.";

    public override async Task<IReadOnlyList<Contestant>> PrepareAsync()
    {
        string blob = Path.Combine(_folder, "layer.tar.gz");
        LayerDigests digests = await RealLayer.WriteAsync(blob);
        _registry = await RegistryProcess.StartOwnAsync(Path.Combine(_folder, "registry"));
        _client = new RegistryClient(_registry.Address);
        Repository repository = _client.Repository("benchmark");
        await using (FileStream content = File.OpenRead(blob))
        {
            await repository.AddAsync(digests.Descriptor, content);
        }
        var layer = new UnpackLayer
        {
            Descriptor = digests.Descriptor,
            DiffId = digests.DiffId,
            OpenAsync = token => repository.OpenAsync(digests.Descriptor, token),
        };
        string target = Path.Combine(_folder, "root");
        Console.WriteLine($"{digests.Descriptor.Size / 1e6:N0} MB compressed, {digests.UncompressedSize / 1e6:N0} MB as tar");
        return
        [
            new("tar -xzf", () => RealLayer.ExtractByTarAsync(blob, target), () => Directory.Delete(target, recursive: true)),
            new("pull, verify, unpack", () => new ImageUnpacker().UnpackAsync([layer], target), () => Directory.Delete(target, recursive: true)),
        ];
    }

    public override void Dispose()
    {
        _client?.Dispose();
        _registry?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
