using System.Text;
using Oci.Image.Manifests;

namespace Oci.Image.Tests;

/// <summary>What every <see cref="IContentStore"/> promises. Each store derives from this.</summary>
public abstract class ContentStoreTests
{
    protected abstract Task<IContentStore> CreateStoreAsync();

    [Fact]
    public async Task AddAsync_ThenOpen_GivesTheContent()
    {
        IContentStore store = await CreateStoreAsync();

        Descriptor blob = await TestContent.AddBlobAsync(store, "hello");

        Assert.True(await store.ExistsAsync(blob));
        Assert.Equal("hello"u8.ToArray(), await store.ReadAsync(blob));
    }

    [Fact]
    public async Task AddAsync_OfEmptyContent_IsThere()
    {
        IContentStore store = await CreateStoreAsync();

        Descriptor blob = await TestContent.AddBlobAsync(store, "");

        Assert.Equal(Array.Empty<byte>(), await store.ReadAsync(blob));
    }

    [Fact]
    public async Task AddAsync_WithSha512_GivesTheContent()
    {
        IContentStore store = await CreateStoreAsync();
        var blob = new Descriptor { MediaType = MediaTypes.OctetStream, Digest = Digest.Compute(DigestAlgorithm.Sha512, "hello"u8), Size = 5 };

        await store.AddAsync(blob, new MemoryStream("hello"u8.ToArray()));

        Assert.Equal("hello"u8.ToArray(), await store.ReadAsync(blob));
    }

    [Fact]
    public async Task AddAsync_ReadByteByByte_GivesTheContent()
    {
        IContentStore store = await CreateStoreAsync();
        byte[] content = Encoding.UTF8.GetBytes(new string('x', 3000));
        Descriptor blob = Descriptor.Create(MediaTypes.OctetStream, content);

        await store.AddAsync(blob, new OneByteStream(new MemoryStream(content)));

        Assert.Equal(content, await store.ReadAsync(blob));
    }

    [Theory]
    [InlineData("hellO")]
    [InlineData("hell")]
    [InlineData("hello!")]
    [InlineData("")]
    public async Task AddAsync_OfOtherContent_ThrowsAndKeepsNothing(string other)
    {
        IContentStore store = await CreateStoreAsync();
        Descriptor blob = Descriptor.Create(MediaTypes.OctetStream, "hello"u8);

        var e = await Assert.ThrowsAsync<ContentMismatchException>(() => store.AddAsync(blob, new MemoryStream(Encoding.UTF8.GetBytes(other))));

        Assert.Equal(blob.Digest, e.Expected);
        Assert.False(await store.ExistsAsync(blob));
        await Assert.ThrowsAsync<ContentNotFoundException>(() => store.OpenAsync(blob));
    }

    [Fact]
    public async Task AddAsync_FromAStreamThatBreaks_KeepsNothing()
    {
        IContentStore store = await CreateStoreAsync();
        Descriptor blob = Descriptor.Create(MediaTypes.OctetStream, new byte[1 << 20]);

        await Assert.ThrowsAsync<IOException>(() => store.AddAsync(blob, new FailingStream(1000)));

        Assert.False(await store.ExistsAsync(blob));
    }

    [Fact]
    public async Task AddAsync_OfWhatIsThere_ReadsNothing()
    {
        IContentStore store = await CreateStoreAsync();
        Descriptor blob = await TestContent.AddBlobAsync(store, "hello");

        await store.AddAsync(blob, new FailingStream(0));

        Assert.True(await store.ExistsAsync(blob));
    }

    [Fact]
    public async Task AddAsync_OfADamagedManifest_ThrowsAndKeepsNothing()
    {
        IContentStore store = await CreateStoreAsync();
        byte[] content = "{\"schemaVersion\":2}"u8.ToArray();
        Descriptor manifest = Descriptor.Create(MediaTypes.ImageManifest, content);

        await Assert.ThrowsAsync<InvalidDocumentException>(() => store.AddAsync(manifest, new MemoryStream(content)));

        Assert.False(await store.ExistsAsync(manifest));
    }

    [Fact]
    public async Task CreateAsync_ThenCommit_GivesTheDescriptor()
    {
        IContentStore store = await CreateStoreAsync();

        Descriptor blob;
        await using (ContentWriter writer = await store.CreateAsync())
        {
            writer.Write("hel"u8);
            await writer.WriteAsync("lo"u8.ToArray());
            blob = await writer.CommitAsync(MediaTypes.Layer);
        }

        Assert.Equal(Descriptor.Create(MediaTypes.Layer, "hello"u8), blob);
        Assert.Equal("hello"u8.ToArray(), await store.ReadAsync(blob));
    }

    [Fact]
    public async Task CreateAsync_WithoutCommit_KeepsNothing()
    {
        IContentStore store = await CreateStoreAsync();

        await using (ContentWriter writer = await store.CreateAsync())
        {
            writer.Write("hello"u8);
        }

        Assert.False(await store.ExistsAsync(Descriptor.Create(MediaTypes.Layer, "hello"u8)));
    }

    [Fact]
    public async Task CommitAsync_WithAnotherDigestExpected_ThrowsAndKeepsNothing()
    {
        IContentStore store = await CreateStoreAsync();
        await using ContentWriter writer = await store.CreateAsync();
        writer.Write("hello"u8);

        await Assert.ThrowsAsync<ContentMismatchException>(() => writer.CommitAsync(MediaTypes.Layer, Digest.Compute("other"u8)));

        Assert.False(await store.ExistsAsync(Descriptor.Create(MediaTypes.Layer, "hello"u8)));
        Assert.Throws<InvalidOperationException>(() => writer.Write("more"u8));
    }

    [Fact]
    public async Task CommitAsync_Cancelled_GivesTheCallersToken()
    {
        IContentStore store = await CreateStoreAsync();
        await using ContentWriter writer = await store.CreateAsync();
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();

        var e = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writer.CommitAsync(MediaTypes.Layer, null, cancellation.Token));

        Assert.Equal(cancellation.Token, e.CancellationToken);
    }

    [Fact]
    public async Task ResolveAsync_ByTagAndDigest_FindsTheManifest()
    {
        IContentStore store = await CreateStoreAsync();
        Descriptor image = await TestContent.AddImageAsync(store, "a");
        await store.TagAsync(image, "v1");

        Assert.Equal(image.Digest, (await store.ResolveAsync("v1"))?.Digest);
        Assert.Equal(image.Digest, (await store.ResolveAsync(image.Digest.ToString()))?.Digest);
        Assert.Null(await store.ResolveAsync("v2"));
        Assert.Null(await store.ResolveAsync(Digest.Compute("nothing"u8).ToString()));
    }

    [Fact]
    public async Task ResolveAsync_OfAManifestInAnIndex_FindsIt()
    {
        IContentStore store = await CreateStoreAsync();
        Descriptor image = await TestContent.AddImageAsync(store, "a");
        Descriptor inner = await TestContent.AddIndexAsync(store, image);
        Descriptor outer = await TestContent.AddIndexAsync(store, inner);
        await store.TagAsync(outer, "v1");

        Descriptor? found = await store.ResolveAsync(image.Digest.ToString());

        Assert.Equal(image, found);
    }

    [Fact]
    public async Task ResolveAsync_OfTheEmptyReference_FindsTheOnlyImage()
    {
        IContentStore store = await CreateStoreAsync();
        Assert.Null(await store.ResolveAsync(""));
        Descriptor image = await TestContent.AddImageAsync(store, "a");

        Assert.Equal(image.Digest, (await store.ResolveAsync(""))?.Digest);

        await TestContent.AddImageAsync(store, "b");
        await Assert.ThrowsAnyAsync<OciImageException>(() => store.ResolveAsync(""));
    }

    [Fact]
    public async Task TagAsync_MovedToAnotherManifest_PointsThere()
    {
        IContentStore store = await CreateStoreAsync();
        Descriptor a = await TestContent.AddImageAsync(store, "a");
        Descriptor b = await TestContent.AddImageAsync(store, "b");

        await store.TagAsync(a, "latest");
        await store.TagAsync(b, "latest");

        Assert.Equal(b.Digest, (await store.ResolveAsync("latest"))?.Digest);
        Assert.Equal(["latest"], await TestContent.ToListAsync(store.ListTagsAsync()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-v1")]
    [InlineData("a b")]
    [InlineData("../up")]
    [InlineData("a//b")]
    [InlineData("v1\n")]
    public async Task TagAsync_WithABadTag_Throws(string tag)
    {
        IContentStore store = await CreateStoreAsync();
        Descriptor image = await TestContent.AddImageAsync(store, "a");

        await Assert.ThrowsAsync<FormatException>(() => store.TagAsync(image, tag));
    }

    [Fact]
    public async Task TagAsync_OfAManifestThatIsNotThere_Throws()
    {
        IContentStore store = await CreateStoreAsync();

        await Assert.ThrowsAsync<ContentNotFoundException>(() => store.TagAsync(Descriptor.Create(MediaTypes.ImageManifest, "{}"u8), "v1"));
    }

    [Fact]
    public async Task ListTagsAsync_GivesOrdinalOrder()
    {
        IContentStore store = await CreateStoreAsync();
        Descriptor image = await TestContent.AddImageAsync(store, "a");
        foreach (string tag in (string[])["b", "a", "B", "_", "10", "9"])
        {
            await store.TagAsync(image, tag);
        }

        Assert.Equal(["10", "9", "B", "_", "a", "b"], await TestContent.ToListAsync(store.ListTagsAsync()));
    }

    [Fact]
    public async Task ListReferrersAsync_FindsThemByTypeAlsoInIndexes()
    {
        IContentStore store = await CreateStoreAsync();
        Descriptor image = await TestContent.AddImageAsync(store, "a");
        Descriptor signature = await TestContent.AddImageAsync(store, "signature", subject: image, artifactType: "application/x-signature");
        Descriptor sbom = await TestContent.AddImageAsync(store, "sbom", subject: image, artifactType: "application/x-sbom");
        await TestContent.AddIndexAsync(store, sbom);
        await TestContent.AddImageAsync(store, "other", subject: sbom);

        List<Descriptor> all = await TestContent.ToListAsync(store.ListReferrersAsync(image.Digest));
        List<Descriptor> some = await TestContent.ToListAsync(store.ListReferrersAsync(image.Digest, "application/x-sbom"));

        Assert.Equal([signature.Digest, sbom.Digest], all.Select(d => d.Digest));
        Assert.Equal([sbom.Digest], some.Select(d => d.Digest));
        Assert.Equal("application/x-sbom", some[0].ArtifactType);
    }
}
