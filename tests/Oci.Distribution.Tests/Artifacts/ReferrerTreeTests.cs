using Oci.Distribution.Artifacts;
using Oci.Distribution.Tests.Copying;
using Oci.Image;

namespace Oci.Distribution.Tests.Artifacts;

public sealed class ReferrerTreeTests
{
    private readonly MemoryContentStore _store = new();

    [Fact]
    public async Task Read_GoesOnToReferrersOfReferrers()
    {
        Descriptor image = await CopySamples.AddManifestAsync(_store, "image", "image");
        Descriptor sbom = await AttachAsync(image, "application/x.sbom");
        Descriptor signature = await AttachAsync(sbom, "application/x.signature");
        Descriptor other = await AttachAsync(image, "application/x.signature");

        ReferrerNode tree = await ReferrerTree.ReadAsync(_store, image);

        Assert.Equal(image, tree.Descriptor);
        Assert.Equal([sbom.Digest, other.Digest], tree.Referrers.Select(node => node.Descriptor.Digest));
        Assert.Equal("application/x.sbom", tree.Referrers[0].Descriptor.ArtifactType);
        Assert.Equal(signature.Digest, Assert.Single(tree.Referrers[0].Referrers).Descriptor.Digest);
        Assert.Empty((await ReferrerTree.ReadAsync(_store, image, new() { MaxDepth = 1 })).Referrers[0].Referrers);
        Assert.Equal(other.Digest, Assert.Single((await ReferrerTree.ReadAsync(_store, image, new() { ArtifactType = "application/x.signature" })).Referrers).Descriptor.Digest);
    }

    [Fact]
    public async Task Read_OfARegistryThatListsInCircles_Ends()
    {
        Descriptor a = Descriptor.Create(MediaTypes.ImageManifest, "a"u8);
        Descriptor b = Descriptor.Create(MediaTypes.ImageManifest, "b"u8);
        var circle = new ListingSource(subject => [subject == a.Digest ? b : a, a]);

        ReferrerNode tree = await ReferrerTree.ReadAsync(circle, a);

        Assert.Empty(Assert.Single(tree.Referrers).Referrers);
    }

    [Fact]
    public async Task Read_OfARegistryThatListsNewOnesWithoutEnd_ThrowsAtTheLimit()
    {
        int count = 0;
        var endless = new ListingSource(_ => Enumerable.Range(0, 100).Select(_ => Descriptor.Create(MediaTypes.ImageManifest, BitConverter.GetBytes(count++))));

        var e = await Assert.ThrowsAsync<OciImageException>(() => ReferrerTree.ReadAsync(endless, Descriptor.Create(MediaTypes.ImageManifest, "a"u8), new() { MaxReferrers = 1000 }));

        Assert.Contains("more than 1000", e.Message);
        Assert.InRange(count, 1000, 1200);
    }

    private Task<Descriptor> AttachAsync(Descriptor subject, string type) =>
        ArtifactPacker.PackAsync(_store, [ArtifactFile.FromBytes("file", "content"u8.ToArray())], new PackArtifactOptions { Subject = subject, ArtifactType = type });

    private sealed class ListingSource(Func<Digest, IEnumerable<Descriptor>> list) : IContentSource
    {
        public Task<Stream> OpenAsync(Descriptor descriptor, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task<bool> ExistsAsync(Descriptor descriptor, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task<Descriptor?> ResolveAsync(string reference, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public IAsyncEnumerable<string> ListTagsAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public IAsyncEnumerable<Descriptor> ListReferrersAsync(Digest subject, string? artifactType = null, CancellationToken cancellationToken = default) => list(subject).ToAsyncEnumerable();
    }
}
