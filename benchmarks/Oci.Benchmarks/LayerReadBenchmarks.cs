using System.IO.Compression;
using BenchmarkDotNet.Attributes;
using Oci.Image.Compression;
using Oci.Image.Layers;

namespace Oci.Benchmarks;

/// <summary>Reading a gzip layer of 200 MB, uncompressed, from a file: both digests verified, all entries passed over.</summary>
[MemoryDiagnoser]
public class LayerReadBenchmarks
{
    private string _file = "";
    private LayerDigests? _digests;

    // Waited for here: the in-process toolchain of BenchmarkDotNet 0.14.0 starts an async setup and does not await it.
    [GlobalSetup]
    public void Setup() => SetupAsync().GetAwaiter().GetResult();

    private async Task SetupAsync()
    {
        _file = Path.GetTempFileName();
        await using FileStream blob = File.Create(_file);
        await using var writer = new LayerWriter(blob, new LayerWriterOptions { Codec = new GzipCodec() });
        await LayerContent.WriteAsync(writer.Tar, 200_000_000);
        _digests = await writer.CompleteAsync();
    }

    [GlobalCleanup]
    public void Cleanup() => File.Delete(_file);

    /// <summary>Inflate alone, which checks nothing: no reader of gzip on this runtime can be faster.</summary>
    [Benchmark(Baseline = true)]
    public async Task<long> GZipStreamToNull()
    {
        await using var gzip = new GZipStream(File.OpenRead(_file), CompressionMode.Decompress);
        byte[] buffer = new byte[64 * 1024];
        long total = 0;
        int read;
        while ((read = await gzip.ReadAsync(buffer)) > 0)
        {
            total += read;
        }
        return total;
    }

    [Benchmark]
    public async Task<long> LayerReaderBothDigests()
    {
        await using var layer = new LayerReader(File.OpenRead(_file), _digests!.Descriptor, _digests.DiffId);
        while (await layer.Tar.ReadAsync())
        {
        }
        return (await layer.CompleteAsync()).UncompressedSize;
    }
}
