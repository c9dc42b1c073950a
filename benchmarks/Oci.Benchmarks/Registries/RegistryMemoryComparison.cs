using System.Security.Cryptography;
using Oci.Benchmarks.SideBySide;
using Oci.Distribution;
using Oci.Image;

namespace Oci.Benchmarks.Registries;

/// <summary>The memory of the registry's process while many push at once: of small blobs and of large ones.</summary>
/// <remarks>On disk, since what is pushed at once is more than memory holds: room for all of it must be there.</remarks>
internal sealed class RegistryMemoryComparison : Comparison
{
    private const int Pushes = 64;
    private const long Small = 10_000_000;
    private const long Large = 1_000_000_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("oci-benchmark-").FullName;
    private RegistryProcess? _registry;
    private RegistryClient? _client;

    public override string Name => "RegistryMemory";

    public override string Description => $"{Pushes} pushes at once, each over a connection of its own, of blobs of 10 MB and of 1 GB. The memory is the most that the registry's process held (VmHWM).";

    public override int Rounds => 1;

    public override bool WarmsUp => false;

    public override string SizeName => "memory of the registry";

    public override async Task<IReadOnlyList<Contestant>> PrepareAsync()
    {
        if (new DriveInfo(_folder).AvailableFreeSpace < Pushes * Large * 1.02)
        {
            throw new InvalidOperationException($"{_folder} has no room for {Pushes * Large / 1e9:N0} GB.");
        }
        _registry = await RegistryProcess.StartOwnAsync(Path.Combine(_folder, "registry"));
        _client = new RegistryClient(_registry.Address);
        Descriptor small = await DescribeAsync(Small);
        Descriptor large = await DescribeAsync(Large);
        // The first makes the server compile what it runs.
        return [Create("one of 10 MB", 1, small), Create($"{Pushes} of 10 MB", Pushes, small), Create($"{Pushes} of 1 GB", Pushes, large)];
    }

    public override void Dispose()
    {
        _client?.Dispose();
        _registry?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private Contestant Create(string name, int pushes, Descriptor blob) => new(name, () => PushAsync(pushes, blob), () => { }, () => _registry!.PeakMemory);

    private async Task PushAsync(int pushes, Descriptor blob)
    {
        _registry!.ForgetPeak();
        await Task.WhenAll(Enumerable.Range(0, pushes).Select(async i =>
        {
            // Repositories of their own, in none of which the blob is.
            await using var content = new PatternStream(blob.Size);
            await _client!.Repository($"memory/{blob.Size}/{pushes}/{i}").AddAsync(blob, content);
        }));
    }

    private static async Task<Descriptor> DescribeAsync(long size)
    {
        await using var content = new PatternStream(size);
        return new Descriptor { MediaType = MediaTypes.OctetStream, Digest = Digest.FromHash(DigestAlgorithm.Sha256, await SHA256.HashDataAsync(content)), Size = size };
    }
}
