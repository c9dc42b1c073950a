using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using Oci.Common.Linux;
using Oci.Image.Archives;
using Oci.Image.Compression;
using Oci.Image.Configuration;
using Oci.Image.Layers;
using Oci.Image.Manifests;
using Oci.Image.RootFilesystems;
using Oci.Image.Tar;
using Oci.Image.Tests.RootFilesystems;

namespace Oci.Image.Tests.BadInput;

/// <summary>Small input that wants to become much: each stops at the cap that its failure names, in little memory and time, and leaves nothing.</summary>
/// <remarks>Alone in the process while it runs, since it is memory that is measured.</remarks>
[Collection("Bombs")]
public sealed class BombTests : IDisposable
{
    private const long Mebibyte = 1 << 20;

    private readonly TempDirectory _temp = new();
    private readonly string _root;

    public BombTests()
    {
        Requires.Linux();
        _root = _temp.Combine("root");
    }

    public void Dispose()
    {
        string[] left = Directory.GetFileSystemEntries(_temp.Path);
        _temp.Dispose();
        Assert.Empty(left);
    }

    [Theory]
    [InlineData(CompressionAlgorithm.Gzip)]
    [InlineData(CompressionAlgorithm.Zstd)]
    public async Task Read_CompressedZeros_StopAtTheExpansionRatio(CompressionAlgorithm algorithm)
    {
        byte[] blob = await CompressAsync(algorithm, zeros: 96 * Mebibyte);
        var options = new LayerReaderOptions { ExpansionRatioFloor = 32 * Mebibyte };
        LayerLimitException exception = await ExplodesAsync<LayerLimitException>(() => UnpackAsync(blob, new UnpackOptions { Layers = options }), maxMebibytes: 48);
        Assert.Equal(nameof(LayerReaderOptions.MaxExpansionRatio), exception.LimitName);
        Assert.Contains("LayerReaderOptions.MaxExpansionRatio", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(CompressionAlgorithm.Gzip)]
    [InlineData(CompressionAlgorithm.Zstd)]
    public async Task Read_CompressedZeros_StopAtTheUncompressedSize(CompressionAlgorithm algorithm)
    {
        byte[] blob = await CompressAsync(algorithm, zeros: 96 * Mebibyte);
        var options = new LayerReaderOptions { MaxUncompressedSize = 32 * Mebibyte };
        LayerLimitException exception = await ExplodesAsync<LayerLimitException>(() => UnpackAsync(blob, new UnpackOptions { Layers = options }), maxMebibytes: 48);
        Assert.Equal(nameof(LayerReaderOptions.MaxUncompressedSize), exception.LimitName);
    }

    [Theory]
    [InlineData(8L << 40)]
    [InlineData(long.MaxValue - 512)]
    public async Task Unpack_HugeDeclaredSize_IsRefusedBeforeAByteIsWritten(long size)
    {
        var layer = new LayerBytes().Pax(("size", size.ToString(CultureInfo.InvariantCulture))).File("a");
        await RefusedAsync(layer.ToStream(), UnpackFailure.TooManyBytes, "UnpackOptions.MaxBytes");
    }

    [Fact]
    public async Task Unpack_ContentOfManyFiles_StopsAtTheBytes()
    {
        byte[] file = new LayerBytes().File("file0", new string('x', 50_000)).ToArray()[..^1024];
        await RefusedAsync(new EndlessStream([], file), UnpackFailure.TooManyBytes, "UnpackOptions.MaxBytes", new UnpackOptions { MaxBytes = 20 * Mebibyte });
    }

    [Fact]
    public async Task Unpack_HolesOfTerabytes_TakeNoRoom()
    {
        var layer = new LayerBytes();
        for (int i = 0; i < 100; i++)
        {
            layer.Pax(("GNU.sparse.map", "1099511627775,1"), ("GNU.sparse.size", "1099511627776")).File($"f{i}", "x");
        }
        var watch = Stopwatch.StartNew();
        await LayerBytes.UnpackAsync(_root, layer);
        Libc.FileStatus status = FileStat.Of(Path.Combine(_root, "f99"));
        Assert.Equal(1L << 40, (long)status.stx_size);
        Assert.True(status.stx_blocks * 512 < Mebibyte, $"{status.stx_blocks} blocks");
        RootFilesystem.Delete(_root);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"took {watch.Elapsed}");
    }

    [Fact]
    public async Task Unpack_EntriesWithoutEnd_StopAtTheEntries()
    {
        byte[] entry = new LayerBytes().File("d/0000000").ToArray()[..512];
        await RefusedAsync(new EndlessStream([], entry, Rename), UnpackFailure.TooManyEntries, "UnpackOptions.MaxEntries", new UnpackOptions { MaxEntries = 3_000 });
    }

    [Fact]
    public async Task Unpack_HardLinksWithoutEnd_StopAtTheEntries()
    {
        byte[] entry = new LayerBytes().HardLink("d/0000000", "f").ToArray()[..512];
        await RefusedAsync(new EndlessStream(new LayerBytes().File("f").ToArray()[..512], entry, Rename), UnpackFailure.TooManyEntries, "UnpackOptions.MaxEntries", new UnpackOptions { MaxEntries = 3_000 });
    }

    [Fact]
    public async Task Unpack_DirectoriesThatNamesImply_CountAsEntries()
    {
        var layer = new LayerBytes();
        for (int i = 0; i < 100; i++)
        {
            layer.Pax(("path", $"{i}/" + string.Concat(Enumerable.Repeat("d/", 200)) + "f")).File("f");
        }
        await RefusedAsync(layer.ToStream(), UnpackFailure.TooManyEntries, "UnpackOptions.MaxEntries", new UnpackOptions { MaxEntries = 600 });
        await RefusedAsync(layer.ToStream(), UnpackFailure.TooManyEntries, "UnpackOptions.MaxEntries", new UnpackOptions { MaxEntries = 600, WalksByComponent = true });
    }

    [Fact]
    public async Task Unpack_DeepPath_StopsAtTheDepth()
    {
        var layer = new LayerBytes().Pax(("path", string.Concat(Enumerable.Repeat("d/", 30_000)) + "f")).File("f");
        await RefusedAsync(layer.ToStream(), UnpackFailure.TooDeep, "UnpackOptions.MaxDepth");
    }

    [Fact]
    public async Task Unpack_ManyLayers_AreRefusedBeforeTheFirstIsRead()
    {
        UnpackLayer layer = new() { Descriptor = Descriptor.Create(MediaTypes.Layer, [1]), DiffId = Digest.Compute([1]), OpenAsync = _ => throw new InvalidOperationException("No layer is to be opened.") };
        UnpackException exception = await Assert.ThrowsAsync<UnpackException>(() => new ImageUnpacker().UnpackAsync(Enumerable.Repeat(layer, 100_000).ToArray(), _root));
        Assert.Equal(UnpackFailure.TooManyLayers, exception.Failure);
        Assert.Contains("UnpackOptions.MaxLayers", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData('x', "TarReaderOptions.MaxExtendedHeaderSize")]
    [InlineData('g', "TarReaderOptions.MaxExtendedHeaderSize")]
    [InlineData('L', "TarReaderOptions.MaxNameLength")]
    [InlineData('K', "TarReaderOptions.MaxNameLength")]
    public async Task Read_HugeHeader_IsRefusedBeforeItIsRead(char type, string cap)
    {
        byte[] header = new TarBytes().Add("x", type, size: (1L << 33) - 1).ToArray();
        TarFormatException exception = await ExplodesAsync<TarFormatException>(
            () => new ImageUnpacker().UnpackTarsAsync([new EndlessStream(header, new byte[512])], _root), maxMebibytes: 8);
        Assert.Contains(cap, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_SparseSegmentsWithoutEnd_StopAtTheirNumber()
    {
        // An old GNU map goes on from block to block, as long as each says so.
        byte[] header = new TarBytes().Add("a", 'S', magic: "ustar  \0", change: block => block[482] = 1).ToArray();
        byte[] block = new byte[512];
        block[504] = 1;
        void Fill(byte[] map, long round)
        {
            for (int i = 0; i < 21; i++)
            {
                TarBytes.Put(map, i * 24, Convert.ToString((round * 21 + i) * 2, 8).PadLeft(11, '0') + "\000000000001\0");
            }
        }
        TarFormatException exception = await ExplodesAsync<TarFormatException>(
            () => new ImageUnpacker().UnpackTarsAsync([new EndlessStream(header, block, Fill)], _root), maxMebibytes: 64);
        Assert.Contains("TarReaderOptions.MaxSparseSegmentCount", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unpack_AccessControlListsOfDirectories_StopAtTheirBytes()
    {
        // The lists wait for the end in memory: a name a directory, and a list of half a mebibyte for each.
        byte[] entry = new LayerBytes().Pax(("SCHILY.xattr.system.posix_acl_default", new string('x', 500_000))).Directory("d/0000000").ToArray()[..^1024];
        await RefusedAsync(new EndlessStream([], entry, (bytes, round) => Rename(bytes.AsSpan(bytes.Length - 512), round)), UnpackFailure.TooManyBytes, "UnpackOptions.MaxAclBytes", maxMebibytes: 140);
    }

    [Fact]
    public async Task Open_ArchiveOfLongNames_StopsAtTheirBytes()
    {
        string path = _temp.Combine("archive.tar.gz");
        using (var gzip = new GZipStream(File.Create(path), CompressionLevel.Fastest))
        {
            for (int i = 0; i < 1_000; i++)
            {
                gzip.Write(new TarBytes().Pax(("path", new string('n', 60_000) + i)).Add("a").ToArray());
            }
        }
        ArchiveException exception = await ExplodesAsync<ArchiveException>(() => OciArchive.OpenAsync(path), maxMebibytes: 100);
        Assert.Contains("ArchiveOptions.MaxNamesSize", exception.Message, StringComparison.Ordinal);
        File.Delete(path);
    }

    [Fact]
    public async Task Open_NestedIndexes_StopAtTheirDepth()
    {
        var store = new MemoryContentStore();
        Descriptor index = Descriptor.Create(MediaTypes.ImageManifest, [1]);
        for (int i = 0; i < 40; i++)
        {
            index = await store.AddAsync(MediaTypes.ImageIndex, new ImageIndex { MediaType = MediaTypes.ImageIndex, Manifests = [index] }.ToUtf8Bytes());
        }
        OciImageException exception = await Assert.ThrowsAsync<OciImageException>(() => OciImage.OpenAsync(store, index));
        Assert.Contains("nest more than 16 deep", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_IndexesOfManyManifests_StopAtTheirNumber()
    {
        // As any blobs: no store takes so many manifests that it lacks.
        var store = new MemoryContentStore();
        var level = new List<Descriptor>();
        for (int i = 0; i < 12; i++)
        {
            Descriptor[] manifests = [.. Enumerable.Range(0, 10_000).Select(n => Descriptor.Create(MediaTypes.ImageManifest, Encoding.ASCII.GetBytes($"{i} {n}")))];
            level.Add(await AddIndexAsync(store, manifests));
        }
        Descriptor root = await AddIndexAsync(store, level);
        OciImageException exception = await Assert.ThrowsAsync<OciImageException>(() => OciImage.OpenAsync(store, root));
        Assert.Contains("list more than 100000 manifests", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0,")]
    [InlineData("{},")]
    [InlineData("[],")]
    public void Parse_DocumentOfMillionsOfValues_IsRefusedBeforeTheyAreHeld(string value)
    {
        byte[] document = Encoding.ASCII.GetBytes($$"""{"schemaVersion":2,"manifests":[],"x":[{{string.Concat(Enumerable.Repeat(value, 1_100_000))}}0]}""");
        long before = GC.GetAllocatedBytesForCurrentThread();

        InvalidDocumentException exception = Assert.Throws<InvalidDocumentException>(() => ImageIndex.Parse(document));

        Assert.Contains("more than 1000000 names, values and brackets", exception.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public async Task Open_HugeManifest_IsRefusedBeforeItIsRead()
    {
        var store = new MemoryContentStore();
        Descriptor manifest = Descriptor.Create(MediaTypes.ImageManifest, [1]) with { Size = 1L << 40 };
        OciImageException exception = await ExplodesAsync<OciImageException>(() => OciImage.OpenAsync(store, manifest), maxMebibytes: 8);
        Assert.Contains("the most that is read", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"schemaVersion":2,"manifests":[],"x":""", "[", "]", 500_000)]
    [InlineData("""{"schemaVersion":2,"manifests":[""", "[],", "[]]}", 300_000)]
    [InlineData("""{"schemaVersion":2,"manifests":[],"x":[""", "0,", "0]}", 500_000)]
    [InlineData("""{"schemaVersion":2,"manifests":[],"x":{""", "\"#\":0,", "\"\":0}}", 90_000)]
    [InlineData("""{"schemaVersion":2,"manifests":[],"annotations":{""", "\"#\":\"\",", "\"\":\"\"}}", 90_000)]
    [InlineData("""{"schemaVersion":2,"manifests":[],""", "\"#\":0,", "\"\":0}", 90_000)]
    public async Task Parse_DocumentOfManySmallMembers_TakesLittleMemory(string start, string repeated, string end, int count)
    {
        var text = new StringBuilder(start);
        for (int i = 0; i < count; i++)
        {
            text.Append(repeated.Replace("#", i.ToString("x", CultureInfo.InvariantCulture), StringComparison.Ordinal));
        }
        byte[] utf8 = Encoding.ASCII.GetBytes(text.Append(end).ToString());
        text.Clear();
        using var memory = new PeakMemory();
        var watch = Stopwatch.StartNew();
        await Task.Run(() =>
        {
            try
            {
                ImageIndex.Parse(utf8);
            }
            catch (InvalidDocumentException)
            {
                // Refused is as good as read.
            }
        });
        long peak = memory.Stop();
        // Measured: 60 times the text where each member is one that is not known, 15 times at most for all else.
        Assert.True(peak < 120L * utf8.Length && watch.Elapsed < TimeSpan.FromSeconds(20), $"{utf8.Length} bytes took {peak >> 20} MiB and {watch.Elapsed}");
    }

    private static async Task<Descriptor> AddIndexAsync(MemoryContentStore store, IReadOnlyList<Descriptor> manifests) =>
        await store.AddAsync(MediaTypes.OctetStream, new ImageIndex { Manifests = manifests }.ToUtf8Bytes()) with { MediaType = MediaTypes.ImageIndex };

    /// <summary>Gives the header at the start of the bytes another name: d/ and seven digits.</summary>
    private static void Rename(byte[] header, long round) => Rename(header.AsSpan(0, 512), round);

    private static void Rename(Span<byte> header, long round)
    {
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"d/{round % 10_000_000:D7}"), header);
        TarBytes.Seal(header);
    }

    private async Task RefusedAsync(Stream archive, UnpackFailure failure, string cap, UnpackOptions? options = null, int maxMebibytes = 32)
    {
        UnpackException exception = await ExplodesAsync<UnpackException>(() => new ImageUnpacker(options).UnpackTarsAsync([archive], _root), maxMebibytes);
        Assert.Equal(failure, exception.Failure);
        Assert.Contains(cap, exception.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_root));
    }

    private async Task UnpackAsync(byte[] blob, UnpackOptions options)
    {
        var layer = new UnpackLayer { Descriptor = Descriptor.Create(MediaTypes.LayerGzip, blob), DiffId = Digest.Compute([1]), OpenAsync = _ => Task.FromResult<Stream>(new MemoryStream(blob)) };
        await new ImageUnpacker(options).UnpackAsync([layer], _root);
    }

    private static async Task<T> ExplodesAsync<T>(Func<Task> explode, int maxMebibytes)
        where T : Exception
    {
        using var memory = new PeakMemory();
        var watch = Stopwatch.StartNew();
        T exception = await Assert.ThrowsAsync<T>(explode);
        long peak = memory.Stop();
        Assert.True(peak < maxMebibytes * Mebibyte, $"took {peak >> 20} MiB: {exception.Message}");
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"took {watch.Elapsed}: {exception.Message}");
        return exception;
    }

    /// <summary>A layer of one file of zeros.</summary>
    private static async Task<byte[]> CompressAsync(CompressionAlgorithm algorithm, long zeros)
    {
        CompressionCodec codec = algorithm == CompressionAlgorithm.Gzip ? new GzipCodec() : new ZstdCodec();
        var blob = new MemoryStream();
        await using (Stream stream = codec.OpenCompressor(blob))
        {
            await stream.WriteAsync(new TarBytes().Add("zeros", size: zeros).ToArray());
            var chunk = new byte[Mebibyte];
            for (long left = zeros; left > 0; left -= chunk.Length)
            {
                await stream.WriteAsync(chunk);
            }
        }
        return blob.ToArray();
    }
}
