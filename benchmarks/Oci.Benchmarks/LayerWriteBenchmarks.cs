using System.IO.Compression;
using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Oci.Image.Compression;
using Oci.Image.Layers;
using Oci.Image.Tar;

namespace Oci.Benchmarks;

/// <summary>Making a gzip layer of 50 MB of archive that is in memory, with both digests.</summary>
[MemoryDiagnoser]
public class LayerWriteBenchmarks
{
    private byte[] _archive = [];

    // Waited for here: the in-process toolchain of BenchmarkDotNet 0.14.0 starts an async setup and does not await it.
    [GlobalSetup]
    public void Setup() => SetupAsync().GetAwaiter().GetResult();

    private async Task SetupAsync()
    {
        var archive = new MemoryStream();
        await using var writer = new TarWriter(archive, leaveOpen: true);
        await LayerContent.WriteAsync(writer, 50_000_000);
        await writer.CompleteAsync();
        _archive = archive.ToArray();
    }

    /// <summary>One after another on one thread, as it is first written.</summary>
    [Benchmark(Baseline = true)]
    public async Task<byte[]> GZipStreamAndHashes()
    {
        byte[] diffId = SHA256.HashData(_archive);
        var blob = new MemoryStream();
        await using (var gzip = new GZipStream(blob, CompressionLevel.Optimal, leaveOpen: true))
        {
            await gzip.WriteAsync(_archive);
        }
        return [.. diffId, .. SHA256.HashData(blob.GetBuffer().AsSpan(0, (int)blob.Length))];
    }

    [Benchmark]
    public async Task<LayerDigests> LayerWriterBothDigests()
    {
        await using var writer = new LayerWriter(new MemoryStream(), new LayerWriterOptions { Codec = new GzipCodec() });
        await writer.Archive.WriteAsync(_archive);
        return await writer.CompleteAsync();
    }
}
