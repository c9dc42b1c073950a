using System.Buffers;
using System.IO.Pipelines;
using BenchmarkDotNet.Attributes;
using Bcl = System.Formats.Tar;
using Oci.Image.Tar;

namespace Oci.Benchmarks;

/// <summary>Passing over 10,000 entries of an archive in memory: half of them with PAX times, each with 1 KiB of content.</summary>
[MemoryDiagnoser]
public class TarScanBenchmarks
{
    private const int Entries = 10_000;
    private byte[] _archive = [];

    // Waited for here: the in-process toolchain of BenchmarkDotNet 0.14.0 starts an async setup and does not await it.
    [GlobalSetup]
    public void Setup() => SetupAsync().GetAwaiter().GetResult();

    private async Task SetupAsync()
    {
        var archive = new MemoryStream();
        await using (var writer = new TarWriter(archive, leaveOpen: true))
        {
            byte[] content = new byte[1024];
            for (int i = 0; i < Entries; i++)
            {
                await writer.WriteEntryAsync(new TarHeader
                {
                    Name = System.Text.Encoding.ASCII.GetBytes($"usr/share/doc/package-{i / 100}/file-{i}"),
                    ModifiedTime = new TarTime(1_700_000_000, i % 2 * 123_456_789),
                    Size = content.Length,
                }, content);
            }
            await writer.CompleteAsync();
        }
        _archive = archive.ToArray();
    }

    [Benchmark(Baseline = true)]
    public async Task<int> SystemFormatsTar()
    {
        await using var reader = new Bcl.TarReader(new MemoryStream(_archive));
        int count = 0;
        while (await reader.GetNextEntryAsync() is not null)
        {
            count++;
        }
        return count;
    }

    [Benchmark]
    public async Task<int> OciImage()
    {
        await using var reader = new TarReader(PipeReader.Create(new ReadOnlySequence<byte>(_archive)));
        return await CountAsync(reader);
    }

    [Benchmark]
    public async Task<int> OciImageFromStream()
    {
        await using var reader = new TarReader(new MemoryStream(_archive));
        return await CountAsync(reader);
    }

    private static async Task<int> CountAsync(TarReader reader)
    {
        int count = 0;
        while (await reader.ReadAsync())
        {
            count++;
        }
        return count;
    }
}
