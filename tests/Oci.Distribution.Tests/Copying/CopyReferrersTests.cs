using Oci.Distribution.Copying;
using Oci.Image;
using static Oci.Distribution.Tests.Copying.CopySamples;

namespace Oci.Distribution.Tests.Copying;

public sealed class CopyReferrersTests
{
    private readonly MemoryContentStore _source = new();
    private readonly MemoryContentStore _destination = new();

    [Fact]
    public async Task Copy_WithReferrers_TakesThoseOfReferrersToo()
    {
        Descriptor index = await AddIndexAsync(_source);
        Descriptor image = (await _source.ReadIndexAsync(index)).Manifests[0];
        Descriptor sbom = await AddManifestAsync(_source, "a", "sbom", image.ToPlain(), "application/x.sbom");
        Descriptor signature = await AddManifestAsync(_source, "b", "signature", sbom, "application/x.signature");

        await ContentCopier.CopyAsync(_source, index, _destination);
        Assert.False(await _destination.ExistsAsync(sbom));
        CopyResult result = await ContentCopier.CopyAsync(_source, index, _destination, options: new() { IncludeReferrers = true });

        // The image is there already; what refers to it comes all the same.
        Assert.True(await IsWholeAsync(_destination, sbom));
        Assert.True(await IsWholeAsync(_destination, signature));
        Assert.Equal((2, 3), (result.Manifests.Copied, result.Manifests.Skipped));
        Assert.Equal(signature.Digest, Assert.Single(await _destination.ListReferrersAsync(sbom.Digest).ToListAsync()).Digest);
    }

    [Theory]
    [InlineData(new[] { "application/x.sbom" }, true, false)]
    [InlineData(new[] { "application/x.sbom", "application/x.signature" }, true, true)]
    [InlineData(new[] { "application/x.other" }, false, false)]
    public async Task Copy_WithReferrersOfTypes_TakesThose(string[] types, bool hasSbom, bool hasSignature)
    {
        Descriptor index = await AddIndexAsync(_source);
        Descriptor sbom = await AddManifestAsync(_source, "a", "sbom", index, "application/x.sbom");
        Descriptor signature = await AddManifestAsync(_source, "b", "signature", index, "application/x.signature");

        await ContentCopier.CopyAsync(_source, index, _destination, options: new() { IncludeReferrers = true, ReferrerTypes = types });

        Assert.Equal(hasSbom, await _destination.ExistsAsync(sbom));
        Assert.Equal(hasSignature, await _destination.ExistsAsync(signature));
    }

    [Fact]
    public async Task Copy_OfAReducedIndex_LeavesOutWhatRefersToTheWholeOne()
    {
        Descriptor index = await AddIndexAsync(_source);
        Descriptor image = (await _source.ReadIndexAsync(index)).Manifests[0];
        Descriptor ofIndex = await AddManifestAsync(_source, "a", "of the index", index);
        Descriptor ofImage = await AddManifestAsync(_source, "b", "of the image", image.ToPlain());

        await ContentCopier.CopyAsync(_source, index, _destination, options: new() { Platforms = [Amd64], ReduceIndex = true, IncludeReferrers = true });

        Assert.False(await _destination.ExistsAsync(ofIndex));
        Assert.True(await _destination.ExistsAsync(ofImage));
    }

    [Fact]
    public async Task Copy_OfAReferrerThatIsAnIndex_TakesAllOfItWhateverThePlatforms()
    {
        Descriptor index = await AddIndexAsync(_source);
        Descriptor part = await AddManifestAsync(_source, "c", "part");
        Descriptor referrer = await AddIndexOfAsync(_source, [part, index.ToPlain()], subject: index);

        CopyResult result = await ContentCopier.CopyAsync(_source, index, _destination, "v1", new() { Platforms = [Amd64], IncludeReferrers = true });

        Assert.True(await IsWholeAsync(_destination, part));
        Assert.True(await _destination.ExistsAsync(referrer));
        Assert.Equal(index.Digest, (await _destination.ResolveAsync("v1"))!.Digest);
        Assert.Equal(index.Digest, result.Root.Digest);
    }

    [Fact]
    public async Task Copy_OfALongChainOfReferrers_TakesAllOfIt()
    {
        Descriptor first = await AddManifestAsync(_source, "0", "0");
        Descriptor last = first;
        var chain = new Dictionary<Digest, Descriptor>();
        for (int i = 0; i < 400; i++)
        {
            Descriptor next = await AddManifestAsync(_source, "0", "0", last);
            chain.Add(last.Digest, next);
            last = next;
        }

        await ContentCopier.CopyAsync(new ChainedSource(_source, chain), first, _destination, options: new() { IncludeReferrers = true });

        Assert.True(await _destination.ExistsAsync(last));
    }

    // The store would look through all its manifests for the referrers of each.
    private sealed class ChainedSource(IContentSource inner, Dictionary<Digest, Descriptor> chain) : IContentSource
    {
        public Task<Stream> OpenAsync(Descriptor descriptor, CancellationToken cancellationToken = default) => inner.OpenAsync(descriptor, cancellationToken);

        public Task<bool> ExistsAsync(Descriptor descriptor, CancellationToken cancellationToken = default) => inner.ExistsAsync(descriptor, cancellationToken);

        public Task<Descriptor?> ResolveAsync(string reference, CancellationToken cancellationToken = default) => inner.ResolveAsync(reference, cancellationToken);

        public IAsyncEnumerable<string> ListTagsAsync(CancellationToken cancellationToken = default) => inner.ListTagsAsync(cancellationToken);

        public IAsyncEnumerable<Descriptor> ListReferrersAsync(Digest subject, string? artifactType = null, CancellationToken cancellationToken = default) =>
            chain.TryGetValue(subject, out Descriptor? next) ? new[] { next }.ToAsyncEnumerable() : AsyncEnumerable.Empty<Descriptor>();
    }
}
