using System.Buffers;
using System.IO.Pipelines;
using Bcl = System.Formats.Tar;
using Oci.Benchmarks.SideBySide;
using Oci.Image.Tar;

namespace Oci.Benchmarks.RootFilesystems;

/// <summary>Passing over all entries of a tar archive, against the BCL's reader.</summary>
internal sealed class TarScanComparison(RealTree tree) : Comparison
{
    // One scan is over too soon to be measured.
    private const int Scans = 10;

    public override string Name => $"TarScan{tree.Name}";

    public override string Description => $"All entries of the tar archive of {tree.Description}, {Scans} times: from memory, and from a file that may be sought in.";

    public override int Rounds => 5;

    public override async Task<IReadOnlyList<Contestant>> PrepareAsync()
    {
        string archive = await tree.GetArchiveAsync();
        byte[] bytes = await File.ReadAllBytesAsync(archive);
        return
        [
            new("System.Formats.Tar, memory", () => Task.Run(() => ScanByBcl(() => new MemoryStream(bytes))), () => { }),
            new("Oci.Image, memory", () => Task.Run(() => ScanAsync(() => new TarReader(PipeReader.Create(new ReadOnlySequence<byte>(bytes))))), () => { }),
            new("System.Formats.Tar, file", () => Task.Run(() => ScanByBcl(() => File.OpenRead(archive))), () => { }),
            new("Oci.Image, file", () => Task.Run(() => ScanAsync(() => new TarReader(File.OpenRead(archive)))), () => { }),
        ];
    }

    public override void Dispose()
    {
    }

    private static void ScanByBcl(Func<Stream> open)
    {
        for (int i = 0; i < Scans; i++)
        {
            using var reader = new Bcl.TarReader(open());
            while (reader.GetNextEntry() is not null)
            {
            }
        }
    }

    private static async Task ScanAsync(Func<TarReader> open)
    {
        for (int i = 0; i < Scans; i++)
        {
            await using TarReader reader = open();
            while (await reader.ReadAsync())
            {
            }
        }
    }
}
