using Oci.Image.Archives;
using Oci.Image.Layouts;
using Oci.Image.Tar;

namespace Oci.Image.Tests.Archives;

/// <summary>What every store promises, and what an archive that is being written promises beyond it.</summary>
public sealed class OciArchiveWriterTests : ContentStoreTests, IAsyncDisposable
{
    private readonly TempDirectory _temp = new();
    private OciArchiveWriter? _writer;

    private string Target => _temp.Combine("image.tar");

    public async ValueTask DisposeAsync()
    {
        if (_writer is not null)
        {
            await _writer.DisposeAsync();
            // Nothing that the tests of stores do completes the archive, so nothing may be left.
            Assert.Empty(Directory.EnumerateFileSystemEntries(_temp.Path));
        }
        _temp.Dispose();
    }

    protected override async Task<IContentStore> CreateStoreAsync() =>
        _writer = await OciArchiveWriter.CreateAsync(Target, new OciArchiveWriterOptions { TemporaryDirectory = _temp.Path });

    [Fact]
    public async Task CompleteAsync_ThenRead_GivesWhatWasAdded()
    {
        Descriptor image, index, signature;
        await using (OciArchiveWriter writer = await OciArchiveWriter.CreateAsync(Target))
        {
            image = await TestContent.AddImageAsync(writer, "a");
            index = await TestContent.AddIndexAsync(writer, image, await TestContent.AddImageAsync(writer, "b"));
            signature = await TestContent.AddImageAsync(writer, "signature", subject: image);
            await writer.TagAsync(index, "v1");
            await writer.CompleteAsync();
        }

        await using OciArchive archive = await OciArchive.OpenAsync(Target);
        Assert.Equal(index.Digest, (await archive.ResolveAsync("v1"))?.Digest);
        Assert.Equal(signature.Digest, Assert.Single(await TestContent.ToListAsync(archive.ListReferrersAsync(image.Digest))).Digest);
        OciImage opened = await OciImage.OpenAsync(archive, image);
        Assert.Equal("layer of a"u8.ToArray(), await archive.ReadAsync(opened.Layers[0].Descriptor));
        Assert.Equal([Target], Directory.EnumerateFileSystemEntries(_temp.Path));
    }

    [Fact]
    public async Task CompleteAsync_PutsTheHeaderFirstAndTheIndexLast()
    {
        Descriptor image;
        await using (OciArchiveWriter writer = await OciArchiveWriter.CreateAsync(Target))
        {
            image = await TestContent.AddImageAsync(writer, "a");
            await writer.CompleteAsync();
        }

        List<string> names = await ReadNamesAsync();

        Assert.Equal(["oci-layout", "blobs/", "blobs/sha256/"], names[..3]);
        Assert.Equal([$"blobs/sha256/{image.Digest.Hex}", "index.json"], names[^2..]);
        Assert.Equal(7, names.Count);
    }

    [Fact]
    public async Task CompleteAsync_OfTheSameAdds_GivesTheSameBytes()
    {
        byte[][] archives = new byte[2][];
        for (int i = 0; i < 2; i++)
        {
            await using OciArchiveWriter writer = await OciArchiveWriter.CreateAsync(Target);
            await writer.TagAsync(await TestContent.AddImageAsync(writer, "a"), "v1");
            await writer.CompleteAsync();
            archives[i] = File.ReadAllBytes(Target);
        }

        Assert.Equal(archives[0], archives[1]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(70_000)]
    [InlineData(1 << 20)]
    public async Task AddAsync_OfBadContent_IsCutOffAgain(int length)
    {
        byte[] content = new byte[length];
        Descriptor good = Descriptor.Create(MediaTypes.OctetStream, content);
        byte[] bad = [.. content, 1];
        await using OciArchiveWriter clean = await OciArchiveWriter.CreateAsync(_temp.Combine("clean.tar"));
        await clean.AddAsync(good, new MemoryStream(content));
        await clean.CompleteAsync();

        await using OciArchiveWriter writer = await OciArchiveWriter.CreateAsync(Target);
        await Assert.ThrowsAsync<ContentMismatchException>(() => writer.AddAsync(good, new MemoryStream(bad)));
        await Assert.ThrowsAsync<IOException>(() => writer.AddAsync(good with { Size = length + 1 }, new FailingStream(length)));
        await writer.AddAsync(good, new MemoryStream(content));
        await writer.CompleteAsync();

        Assert.Equal(File.ReadAllBytes(_temp.Combine("clean.tar")), File.ReadAllBytes(Target));
    }

    [Fact]
    public async Task AddAsync_ByManyAtOnce_KeepsEachWhole()
    {
        byte[][] contents = [.. Enumerable.Range(0, 64).Select(i => Enumerable.Repeat((byte)i, 5_000 * (i % 8)).ToArray())];
        await using (OciArchiveWriter writer = await OciArchiveWriter.CreateAsync(Target))
        {
            await Parallel.ForAsync(0, 128, async (i, token) =>
            {
                byte[] content = contents[i % 64];
                if (i % 3 == 0)
                {
                    await using ContentWriter blob = await writer.CreateAsync(token);
                    await blob.WriteAsync(content, token);
                    await blob.CommitAsync(MediaTypes.OctetStream, Digest.Compute(content), token);
                }
                else
                {
                    await writer.AddAsync(Descriptor.Create(MediaTypes.OctetStream, content), new MemoryStream(content), token);
                }
                Assert.Equal(content, await writer.ReadAsync(Descriptor.Create(MediaTypes.OctetStream, content), cancellationToken: token));
            });
            await writer.CompleteAsync();
        }

        await using OciArchive archive = await OciArchive.OpenAsync(Target);
        foreach (byte[] content in contents)
        {
            Assert.Equal(content, await archive.ReadAsync(Descriptor.Create(MediaTypes.OctetStream, content)));
        }
        Assert.Equal(contents.Select(Convert.ToHexString).Distinct().Count() + 4, (await ReadNamesAsync()).Count);
    }

    [Fact]
    public async Task DisposeAsync_WithoutCompletion_LeavesWhatWasThere()
    {
        File.WriteAllText(Target, "old");

        await using (OciArchiveWriter writer = await OciArchiveWriter.CreateAsync(Target))
        {
            await TestContent.AddImageAsync(writer, "a");
        }

        Assert.Equal("old", File.ReadAllText(Target));
        Assert.Equal([Target], Directory.EnumerateFileSystemEntries(_temp.Path));
    }

    [Fact]
    public async Task CompleteAsync_Twice_ThrowsAndKeepsTheArchive()
    {
        await using OciArchiveWriter writer = await OciArchiveWriter.CreateAsync(Target);
        Descriptor image = await TestContent.AddImageAsync(writer, "a");
        await using ContentWriter late = await writer.CreateAsync();
        await writer.CompleteAsync();
        byte[] whole = File.ReadAllBytes(Target);

        await Assert.ThrowsAsync<InvalidOperationException>(() => writer.CompleteAsync());
        await Assert.ThrowsAsync<InvalidOperationException>(() => TestContent.AddBlobAsync(writer, "late"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => writer.TagAsync(image, "late"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => late.CommitAsync(MediaTypes.Layer));

        Assert.Equal(whole, File.ReadAllBytes(Target));
        Assert.True(await writer.ExistsAsync(image));
    }

    [Fact]
    public async Task CreateAsync_AfterAKilledWriter_RemovesWhatItLeft()
    {
        string leftover;
        await using (await OciArchiveWriter.CreateAsync(Target))
        {
            leftover = Directory.EnumerateFiles(_temp.Path).Single();
            // Two writers of one path at once: the one at work is left alone, and the last to complete wins.
            await using OciArchiveWriter other = await OciArchiveWriter.CreateAsync(Target);
            Assert.True(File.Exists(leftover));
            await other.CompleteAsync();
        }
        File.WriteAllText(leftover, "of a killed writer");

        await using OciArchiveWriter writer = await OciArchiveWriter.CreateAsync(Target);

        Assert.False(File.Exists(leftover));
    }

    [Fact]
    public async Task CreateAsync_WhereNoFileCanBe_NamesThePath()
    {
        Directory.CreateDirectory(Target);

        var directory = await Assert.ThrowsAsync<ArchiveException>(() => OciArchiveWriter.CreateAsync(Target));
        var nowhere = await Assert.ThrowsAsync<ArchiveException>(() => OciArchiveWriter.CreateAsync(_temp.Combine("no", "such.tar")));

        Assert.Contains("a directory", directory.Message);
        Assert.Equal(_temp.Combine("no", "such.tar"), nowhere.Path);
    }

    [Fact]
    public async Task CreateAsync_OverALink_ReplacesWhatItPointsTo()
    {
        Requires.Linux();
        File.WriteAllText(_temp.Combine("real.tar"), "old");
        File.CreateSymbolicLink(Target, "real.tar");

        await using (OciArchiveWriter writer = await OciArchiveWriter.CreateAsync(Target))
        {
            await writer.CompleteAsync();
        }

        Assert.Equal("real.tar", new FileInfo(Target).LinkTarget);
        await using OciArchive archive = await OciArchive.OpenAsync(_temp.Combine("real.tar"));
        Assert.Null(await archive.ResolveAsync(""));
    }

    [Fact]
    public async Task CompleteAsync_Cancelled_GivesTheCallersTokenAndLeavesNothing()
    {
        using var cancellation = new CancellationTokenSource();
        await using (OciArchiveWriter writer = await OciArchiveWriter.CreateAsync(Target))
        {
            await cancellation.CancelAsync();
            var e = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writer.CompleteAsync(cancellation.Token));
            Assert.Equal(cancellation.Token, e.CancellationToken);
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(_temp.Path));
    }

    [Fact]
    public async Task ResolveAsync_OfAPlace_GivesTheImageThere()
    {
        Descriptor first, second;
        await using (OciArchiveWriter writer = await OciArchiveWriter.CreateAsync(Target))
        {
            first = await TestContent.AddImageAsync(writer, "a");
            second = await TestContent.AddImageAsync(writer, "b");
            await writer.CompleteAsync();
        }

        await using OciArchive archive = await OciArchive.OpenAsync(Target);

        Assert.Equal(first, await archive.ResolveAsync("@0"));
        Assert.Equal(second, await archive.ResolveAsync("@1"));
        Assert.Null(await archive.ResolveAsync("@2"));
        Assert.Null(await archive.ResolveAsync("@"));
    }

    private async Task<List<string>> ReadNamesAsync()
    {
        var names = new List<string>();
        await using var tar = new TarReader(File.OpenRead(Target));
        while (await tar.ReadAsync())
        {
            names.Add(System.Text.Encoding.UTF8.GetString(tar.Entry.Name));
        }
        return names;
    }
}
