using Oci.Image.Layouts;
using Oci.Image.Manifests;

namespace Oci.Image.Tests.Layouts;

/// <summary>Garbage collection: what goes, what stays, and for how long.</summary>
public sealed class LayoutCollectTests : IDisposable
{
    private static readonly LayoutCollectOptions AtOnce = new() { GracePeriod = TimeSpan.Zero };

    private readonly TempDirectory _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task CollectAsync_KeepsAllBelowIndexJsonAndRemovesTheRest()
    {
        OciLayout layout = await OciLayout.CreateAsync(_temp.Path);
        Descriptor a = await TestContent.AddImageAsync(layout, "a");
        Descriptor inner = await TestContent.AddIndexAsync(layout, a);
        Descriptor outer = await TestContent.AddIndexAsync(layout, inner, await TestContent.AddImageAsync(layout, "b"));
        await layout.TagAsync(outer, "outer");
        Descriptor untagged = await TestContent.AddImageAsync(layout, "untagged");
        Descriptor replaced = await TestContent.AddImageAsync(layout, "replaced");
        await layout.TagAsync(replaced, "v1");
        await layout.TagAsync(await TestContent.AddImageAsync(layout, "new"), "v1");
        Descriptor loose = await TestContent.AddBlobAsync(layout, "loose");

        LayoutCollection result = await layout.CollectAsync(AtOnce);

        Assert.Equal(4, result.Removed.Count); // The manifest, config and layer of "replaced", and the loose blob.
        Assert.Equal(replaced.Digest, result.Removed[0].Digest);
        Assert.Contains(loose.Digest, result.Removed.Select(b => b.Digest));
        Assert.Equal(result.Removed.Sum(b => b.Size), result.RemovedBytes);
        Assert.Equal(result.KeptCount, (await TestContent.ToListAsync(layout.ListBlobsAsync())).Count);
        foreach (Descriptor image in (Descriptor[])[a, untagged])
        {
            await AssertWholeAsync(layout, image);
        }
        Assert.Equal(a, await layout.ResolveAsync(a.Digest.ToString()));
        Assert.False(await layout.ExistsAsync(loose));
    }

    [Fact]
    public async Task CollectAsync_DryRun_SaysTheSameAndChangesNothing()
    {
        OciLayout layout = await OciLayout.CreateAsync(_temp.Path);
        Descriptor image = await TestContent.AddImageAsync(layout, "a");
        await TestContent.AddImageAsync(layout, "signature", subject: image);
        await layout.TagAsync(image, "v1");
        await layout.UntagAsync("v1");
        string[] before = Snapshot();

        LayoutCollection dry = await layout.CollectAsync(new LayoutCollectOptions { GracePeriod = TimeSpan.Zero, DryRun = true });
        string[] after = Snapshot();
        LayoutCollection real = await layout.CollectAsync(AtOnce);

        Assert.Equal(before, after);
        Assert.True(dry.IsDryRun);
        Assert.Equal(6, dry.Removed.Count);
        Assert.Equal(dry.Removed, real.Removed);
        Assert.Equal(dry.RemovedEntries.Select(e => e.Digest), real.RemovedEntries.Select(e => e.Digest));
        Assert.Empty(await TestContent.ToListAsync(layout.ListBlobsAsync()));
    }

    [Fact]
    public async Task CollectAsync_WithinTheGracePeriod_KeepsBlobsThatAreNotPointedToYet()
    {
        OciLayout layout = await OciLayout.CreateAsync(_temp.Path);
        Descriptor layer = await TestContent.AddBlobAsync(layout, "a layer whose manifest comes next");

        LayoutCollection result = await layout.CollectAsync();

        Assert.Empty(result.Removed);
        Assert.Equal(layer.Digest, Assert.Single(result.Young).Digest);
        Assert.True(await layout.ExistsAsync(layer));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task CollectAsync_OfAnOldBlobThatWasAskedForAgain_KeepsItWithWhatItPointsTo(bool add)
    {
        OciLayout layout = await OciLayout.CreateAsync(_temp.Path);
        Descriptor image = await TestContent.AddImageAsync(layout, "a");
        byte[] manifest = await layout.ReadAsync(image);
        Descriptor loose = await TestContent.AddBlobAsync(layout, "loose");
        File.WriteAllText(_temp.Combine("index.json"), """{"schemaVersion":2,"manifests":[]}""");
        Age(TimeSpan.FromDays(30));

        if (add)
        {
            await layout.AddAsync(image with { MediaType = MediaTypes.OctetStream }, new MemoryStream(manifest));
        }
        else
        {
            Assert.True(await layout.ExistsAsync(image));
        }
        LayoutCollection result = await layout.CollectAsync();

        Assert.Equal([loose.Digest], result.Removed.Select(b => b.Digest));
        await AssertWholeAsync(layout, image);
        Age(TimeSpan.FromHours(2));
        Assert.Equal(3, (await layout.CollectAsync()).Removed.Count);
    }

    [Fact]
    public async Task CollectAsync_FollowingReferrers_KeepsThemWithTheirSubjectAndNoLonger()
    {
        OciLayout layout = await OciLayout.CreateAsync(_temp.Path);
        Descriptor image = await TestContent.AddImageAsync(layout, "image");
        await layout.TagAsync(image, "v1");
        Descriptor signature = await TestContent.AddImageAsync(layout, "signature", subject: image);
        Descriptor countersignature = await TestContent.AddImageAsync(layout, "countersignature", subject: signature);
        Descriptor stranger = await TestContent.AddImageAsync(layout, "stranger", subject: Descriptor.Create(MediaTypes.ImageManifest, "elsewhere"u8));
        // As a tool leaves it that knows no referrers.
        File.WriteAllBytes(_temp.Combine("index.json"), (ReadIndex() with { Manifests = [.. ReadIndex().Manifests.Where(e => e.Digest != countersignature.Digest)] }).ToUtf8Bytes());

        Assert.Empty((await layout.CollectAsync(AtOnce)).Removed);
        await AssertWholeAsync(layout, countersignature);

        await layout.UntagAsync("v1");
        LayoutCollection result = await layout.CollectAsync(AtOnce);

        Assert.Equal(9, result.Removed.Count);
        Assert.Equal([signature.Digest], result.RemovedEntries.Select(e => e.Digest));
        Assert.Equal([stranger.Digest], ReadIndex().Manifests.Select(e => e.Digest));
        await AssertWholeAsync(layout, stranger);
    }

    [Fact]
    public async Task CollectAsync_NotFollowingReferrers_KeepsJustWhatIsListed()
    {
        OciLayout layout = await OciLayout.CreateAsync(_temp.Path);
        Descriptor image = await TestContent.AddImageAsync(layout, "image");
        await layout.TagAsync(image, "v1");
        Descriptor signature = await TestContent.AddImageAsync(layout, "signature", subject: image);
        await layout.UntagAsync("v1");

        LayoutCollection result = await layout.CollectAsync(new LayoutCollectOptions { GracePeriod = TimeSpan.Zero, FollowReferrers = false });

        Assert.Equal(3, result.Removed.Count);
        Assert.Empty(result.RemovedEntries);
        await AssertWholeAsync(layout, signature);
    }

    [Fact]
    public async Task CollectAsync_OfADamagedManifest_RemovesNothing()
    {
        OciLayout layout = await OciLayout.CreateAsync(_temp.Path);
        Descriptor image = await TestContent.AddImageAsync(layout, "a");
        await TestContent.AddBlobAsync(layout, "loose");
        string path = _temp.Combine("blobs", "sha256", image.Digest.Hex.ToString());
        File.WriteAllBytes(path, [.. File.ReadAllBytes(path)[..^1], (byte)' ']);
        string[] before = Snapshot();

        var e = await Assert.ThrowsAsync<LayoutException>(() => layout.CollectAsync(AtOnce));

        Assert.Contains(image.Digest.ToString(), e.Message);
        Assert.Equal(before, Snapshot());
    }

    [Fact]
    public async Task CollectAsync_OfADocumentOfAnUnknownType_KeepsTheDigestsThatItMentions()
    {
        OciLayout layout = await OciLayout.CreateAsync(_temp.Path);
        Descriptor blob = await TestContent.AddBlobAsync(layout, "kept");
        Descriptor other = await TestContent.AddBlobAsync(layout, "loose");
        byte[] artifact = System.Text.Encoding.UTF8.GetBytes($$"""{"mediaType":"application/vnd.oci.artifact.manifest.v1+json","blobs":[{"digest":"{{blob.Digest}}","size":4}]}""");
        Descriptor entry = await TestContent.AddAsync(layout, MediaType.Parse("application/vnd.oci.artifact.manifest.v1+json"), artifact);
        File.WriteAllBytes(_temp.Combine("index.json"), new ImageIndex { Manifests = [entry] }.ToUtf8Bytes());

        LayoutCollection result = await layout.CollectAsync(AtOnce);

        Assert.Equal([other.Digest], result.Removed.Select(b => b.Digest));
    }

    [Fact]
    public async Task CollectAsync_RemovesLeftoversAndNotFilesBeingWritten()
    {
        OciLayout layout = await OciLayout.CreateAsync(_temp.Path);
        string leftover = _temp.Combine(".oci-sdk", "staging", "of-a-killed-writer");
        File.WriteAllText(leftover, "12345");
        await using ContentWriter writer = await layout.CreateAsync();
        writer.Write("67890"u8);

        LayoutCollection young = await layout.CollectAsync();
        LayoutCollection result = await layout.CollectAsync(AtOnce);

        Assert.Equal(0, young.LeftoverCount);
        Assert.Equal((1, 5), (result.LeftoverCount, result.LeftoverBytes));
        Assert.False(File.Exists(leftover));
        Assert.True(await layout.ExistsAsync(await writer.CommitAsync(MediaTypes.Layer)));
    }

    [Fact]
    public async Task CollectAsync_LeavesWhatIsNoBlobAlone()
    {
        OciLayout layout = await OciLayout.CreateAsync(_temp.Path);
        File.WriteAllText(_temp.Combine("blobs", "sha256", "notes.txt"), "");
        Directory.CreateDirectory(_temp.Combine("blobs", "sha256", new string('0', 64)));
        File.WriteAllText(_temp.Combine("README"), "");

        Assert.Empty((await layout.CollectAsync(AtOnce)).Removed);

        Assert.True(File.Exists(_temp.Combine("blobs", "sha256", "notes.txt")));
        Assert.True(Directory.Exists(_temp.Combine("blobs", "sha256", new string('0', 64))));
    }

    [Fact]
    public async Task CollectAsync_WhereTheBlobsAreALink_Refuses()
    {
        Requires.Linux();
        OciLayout other = await OciLayout.CreateAsync(_temp.Combine("other"));
        Descriptor image = await TestContent.AddImageAsync(other, "a");
        OciLayout layout = await OciLayout.CreateAsync(_temp.Combine("layout"));
        Directory.Delete(_temp.Combine("layout", "blobs"), recursive: true);
        Directory.CreateSymbolicLink(_temp.Combine("layout", "blobs"), _temp.Combine("other", "blobs"));

        await Assert.ThrowsAsync<LayoutException>(() => layout.CollectAsync(AtOnce));

        await AssertWholeAsync(other, image);
    }

    [Fact]
    public async Task CollectAsync_Cancelled_GivesTheCallersToken()
    {
        OciLayout layout = await OciLayout.CreateAsync(_temp.Path);
        await TestContent.AddBlobAsync(layout, "loose");
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();

        var e = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => layout.CollectAsync(AtOnce, cancellation.Token));

        Assert.Equal(cancellation.Token, e.CancellationToken);
        Assert.Single(await TestContent.ToListAsync(layout.ListBlobsAsync()));
    }

    [Fact]
    public async Task CollectAsync_BesideManyWriters_TakesNothingThatIsTagged()
    {
        int removed = 0;
        for (int round = 0; round < 12; round++)
        {
            // Old garbage, which the writers are about to use again: they add nothing, and only mark it.
            string path = _temp.Combine($"round{round}");
            OciLayout layout = await OciLayout.CreateAsync(path);
            for (int i = 0; i < 6; i++)
            {
                await TestContent.AddImageAsync(layout, $"{i}");
            }
            File.WriteAllText(_temp.Combine(path, "index.json"), """{"schemaVersion":2,"manifests":[]}""");
            Age(TimeSpan.FromDays(1));
            using var start = new Barrier(5);

            // Instances lock for themselves, as processes do.
            Task<LayoutCollection>[] collectors = [.. Enumerable.Range(0, 2).Select(_ => Task.Factory.StartNew(() => RunAsync(start, other => other.CollectAsync(), path), TaskCreationOptions.LongRunning).Unwrap())];
            Task<Descriptor>[] writers = [.. Enumerable.Range(0, 3).Select(i => Task.Factory.StartNew(
                () => RunAsync(
                    start,
                    async other =>
                    {
                        Descriptor image = await TestContent.AddImageAsync(other, $"{i}");
                        await other.TagAsync(image, $"v{i}");
                        return image;
                    },
                    path),
                TaskCreationOptions.LongRunning).Unwrap())];

            foreach (Descriptor image in await Task.WhenAll(writers))
            {
                await AssertWholeAsync(layout, image);
            }
            removed += (await Task.WhenAll(collectors)).Sum(collection => collection.Removed.Count);
            Assert.Equal(["v0", "v1", "v2"], await TestContent.ToListAsync(layout.ListTagsAsync()));
            await layout.CollectAsync(AtOnce);
            foreach (string tag in (string[])["v0", "v1", "v2"])
            {
                await AssertWholeAsync(layout, (await layout.ResolveAsync(tag))!);
            }
        }
        Assert.NotEqual(0, removed);
    }

    private static async Task<T> RunAsync<T>(Barrier start, Func<OciLayout, Task<T>> run, string path)
    {
        OciLayout layout = await OciLayout.OpenAsync(path);
        start.SignalAndWait();
        return await run(layout);
    }

    private static async Task AssertWholeAsync(OciLayout layout, Descriptor image)
    {
        OciImage opened = await OciImage.OpenAsync(layout, image);
        foreach (ImageLayer layer in opened.Layers)
        {
            await layout.ReadAsync(layer.Descriptor);
        }
    }

    private ImageIndex ReadIndex() => ImageIndex.Parse(File.ReadAllBytes(_temp.Combine("index.json")));

    // Sets the times of all blobs back.
    private void Age(TimeSpan age)
    {
        foreach (string path in Directory.EnumerateFiles(_temp.Path, "*", SearchOption.AllDirectories))
        {
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow - age);
        }
    }

    private string[] Snapshot() =>
        [.. Directory.EnumerateFiles(_temp.Path, "*", SearchOption.AllDirectories).Order().Select(path => $"{path} {File.GetLastWriteTimeUtc(path):O} {Convert.ToHexString(File.ReadAllBytes(path))}")];
}
