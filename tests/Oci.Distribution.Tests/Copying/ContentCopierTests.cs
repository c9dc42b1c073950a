using System.Collections.Concurrent;
using Oci.Distribution.Copying;
using Oci.Image;
using Oci.Image.Manifests;
using static Oci.Distribution.Tests.Copying.CopySamples;

namespace Oci.Distribution.Tests.Copying;

public sealed class ContentCopierTests
{
    private readonly MemoryContentStore _source = new();
    private readonly MemoryContentStore _destination = new();

    [Fact]
    [Must("spec.md#pushing-manifests-7")]
    public async Task Copy_OfAnIndex_CopiesAllOnce_AndTagsLast()
    {
        Descriptor index = await AddIndexAsync(_source);
        var reports = new ConcurrentQueue<CopyProgress>();

        CopyResult result = await ContentCopier.CopyAsync(_source, "v1", _destination, "v2", progress: new Collector(reports));

        Assert.Equal(index.Digest, (await _destination.ResolveAsync("v2"))!.Digest);
        // Two manifests and an index; two configs; one layer of each platform's own and one that both share.
        Assert.Equal(8, result.Copied);
        Assert.Equal(0, result.Skipped);
        Assert.Equal(result.CopiedBytes, reports.Last().DoneBytes);
        Assert.Equal(reports.Last().TotalBytes, reports.Last().DoneBytes);
        Assert.Equal(8, reports.Count(r => r.Step == CopyStep.Copied));
    }

    [Fact]
    public async Task Copy_ASecondTime_CopiesNothing()
    {
        await AddIndexAsync(_source);
        await ContentCopier.CopyAsync(_source, "v1", _destination, "v1");

        CopyResult result = await ContentCopier.CopyAsync(_source, "v1", _destination, "v1");

        Assert.Equal(0, result.Copied);
        Assert.Equal(3, result.Skipped);
        Assert.Equal(0, result.CopiedBytes);
    }

    [Fact]
    public async Task Copy_OfOnePlatform_TagsItsManifest()
    {
        Descriptor index = await AddIndexAsync(_source);

        CopyResult result = await ContentCopier.CopyAsync(_source, "v1", _destination, "v1", new() { Platform = Arm64 });

        Descriptor copied = (await _destination.ResolveAsync("v1"))!;
        Assert.Equal(MediaTypes.ImageManifest, copied.MediaType);
        Assert.False(await _destination.ExistsAsync(index));
        Assert.Equal(4, result.Copied);
        await Assert.ThrowsAsync<PlatformNotFoundException>(() =>
            ContentCopier.CopyAsync(_source, "v1", _destination, options: new() { Platform = new() { Os = "plan9", Architecture = "mips" } }));
    }

    [Fact]
    public async Task Copy_OfTheRest_FillsASparseIndex()
    {
        Descriptor index = await AddIndexAsync(_source);
        ImageIndex parsed = await _source.ReadIndexAsync(index);

        await ContentCopier.CopyAsync(_source, index, _destination, options: new() { Include = m => m.Platform == Amd64 });
        Assert.True(await _destination.ExistsAsync(index));
        Assert.False(await _destination.ExistsAsync(parsed.Manifests[1]));
        await ContentCopier.CopyAsync(_source, index, _destination);

        Assert.True(await _destination.ExistsAsync(parsed.Manifests[1]));
    }

    [Fact]
    public async Task Copy_WithABlobMissing_ThrowsAndLeavesNoManifest()
    {
        Descriptor present = await AddBlobAsync(_source, MediaTypes.ImageConfig, "config");
        Descriptor absent = Descriptor.Create(MediaTypes.Layer, "absent"u8);
        byte[] content = new ImageManifest { Config = present, Layers = [absent] }.ToUtf8Bytes();
        var lying = new LyingSource(_source, content);

        var e = await Assert.ThrowsAsync<CopyException>(() => ContentCopier.CopyAsync(lying, lying.Root, _destination, "v1"));

        Assert.Equal(absent, e.Descriptor);
        Assert.IsType<ContentNotFoundException>(e.InnerException);

        Assert.Null(await _destination.ResolveAsync("v1"));
        Assert.False(await _destination.ExistsAsync(lying.Root));
    }

    [Fact]
    public async Task Copy_OfMoreThanTheLimit_Throws()
    {
        await AddIndexAsync(_source);

        await Assert.ThrowsAsync<OciImageException>(() => ContentCopier.CopyAsync(_source, "v1", _destination, options: new() { MaxItems = 5 }));
    }

    [Fact]
    public async Task Copy_OfWhatIsNotThere_NamesIt()
    {
        var e = await Assert.ThrowsAsync<ContentNotFoundException>(() => ContentCopier.CopyAsync(_source, "absent", _destination));

        Assert.Equal("absent", e.Name);
        Assert.EndsWith(" has no 'absent'.", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Copy_ThatIsCancelled_ThrowsWithTheCallersToken()
    {
        await AddIndexAsync(_source);
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();

        var e = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ContentCopier.CopyAsync(_source, "v1", _destination, cancellationToken: cancellation.Token));

        Assert.Equal(cancellation.Token, e.CancellationToken);
    }

    // layer.md: such a media type "SHOULD NOT affect whether an implementation downloads the layer".
    [Fact]
    public async Task Copy_OfLayersNotForDistributionToALocalStore_TakesThoseThatTheSourceHas()
    {
        Descriptor config = await AddBlobAsync(_source, MediaTypes.ImageConfig, "config");
        Descriptor here = await AddBlobAsync(_source, MediaTypes.DockerForeignLayer, "foreign");
        Descriptor elsewhere = Descriptor.Create(MediaTypes.LayerNondistributableGzip, "elsewhere"u8) with { Urls = ["https://example.org/layer"] };
        byte[] content = new ImageManifest { Config = config, Layers = [here, elsewhere] }.ToUtf8Bytes();
        Descriptor manifest = Descriptor.Create(MediaTypes.ImageManifest, content);
        await _source.AddAsync(manifest, new MemoryStream(content));

        await ContentCopier.CopyAsync(_source, manifest, _destination);

        Assert.True(await _destination.ExistsAsync(here));
        Assert.False(await _destination.ExistsAsync(elsewhere));
        Assert.True(await _destination.ExistsAsync(manifest));
        var e = await Assert.ThrowsAsync<CopyException>(() => ContentCopier.CopyAsync(_source, manifest, new MemoryContentStore(), options: new() { IncludeNondistributable = true }));
        Assert.IsType<ContentNotFoundException>(e.InnerException);
    }

    private sealed class Collector(ConcurrentQueue<CopyProgress> reports) : IProgress<CopyProgress>
    {
        public void Report(CopyProgress value) => reports.Enqueue(value);
    }

    // Has a manifest whose blobs the store behind it lacks, as a broken registry may.
    private sealed class LyingSource(IContentSource inner, byte[] manifest) : IContentSource
    {
        public Descriptor Root { get; } = Descriptor.Create(MediaTypes.ImageManifest, manifest);

        public Task<Stream> OpenAsync(Descriptor descriptor, CancellationToken cancellationToken = default) => descriptor.Digest == Root.Digest
            ? Task.FromResult<Stream>(new VerifyingStream(new MemoryStream(manifest), descriptor))
            : inner.OpenAsync(descriptor, cancellationToken);

        public Task<bool> ExistsAsync(Descriptor descriptor, CancellationToken cancellationToken = default) => inner.ExistsAsync(descriptor, cancellationToken);

        public Task<Descriptor?> ResolveAsync(string reference, CancellationToken cancellationToken = default) => Task.FromResult<Descriptor?>(Root);

        public IAsyncEnumerable<string> ListTagsAsync(CancellationToken cancellationToken = default) => inner.ListTagsAsync(cancellationToken);

        public IAsyncEnumerable<Descriptor> ListReferrersAsync(Digest subject, string? artifactType = null, CancellationToken cancellationToken = default) =>
            inner.ListReferrersAsync(subject, artifactType, cancellationToken);
    }
}
