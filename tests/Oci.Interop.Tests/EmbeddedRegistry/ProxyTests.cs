using Oci.Distribution;
using Oci.Distribution.Copying;
using Oci.Image;
using Oci.Image.Layouts;

namespace Oci.Interop.Tests.EmbeddedRegistry;

/// <summary>A registry that is a cache of another, by this SDK's client.</summary>
public sealed class ProxyTests
{
    [Fact]
    public async Task Copy_ThroughACache_IsTheSameAndNeedsTheUpstreamOnce()
    {
        using var directory = new TempDirectory();
        EmbeddedHost upstream = await EmbeddedHost.StartAsync();
        RegistryClient origin = upstream.CreateClient(new RegistryClientOptions { MaxRetries = 0 });
        Descriptor subject = await ImageSamples.AddImageAsync(origin.Repository("team/app"));
        Descriptor signature = await ImageSamples.AddImageAsync(origin.Repository("team/app"), subject, "application/x.signature");
        Descriptor index = await ImageSamples.AddIndexAsync(origin.Repository("team/app"), subject, await ImageSamples.AddImageAsync(origin.Repository("team/app")));
        await origin.Repository("team/app").TagAsync(index, "v1");
        await using EmbeddedHost cache = await EmbeddedHost.StartAsync(options => options.Upstream = origin.Repository);
        Repository cached = cache.CreateClient().Repository("team/app");

        OciLayout first = await OciLayout.CreateAsync(directory.Combine("first"));
        OciLayout second = await OciLayout.CreateAsync(directory.Combine("second"));
        CopyResult up = await ContentCopier.CopyAsync(cached, "v1", first, "v1", new CopyOptions { IncludeReferrers = true });
        List<Descriptor> referrers = await cached.ListReferrersAsync(subject.Digest, "application/x.signature").ToListAsync();
        List<string> tags = await cached.ListTagsAsync().ToListAsync();
        await upstream.DisposeAsync();
        CopyResult down = await ContentCopier.CopyAsync(cached, "v1", second, "v1", new CopyOptions { IncludeReferrers = true });

        Assert.Equal(up.Copied, down.Copied);
        Assert.Equal(index.Digest, (await second.ResolveAsync("v1"))!.Digest);
        Assert.Equal([signature.Digest], referrers.Select(referrer => referrer.Digest));
        Assert.Equal(["v1"], tags);
        Assert.Empty(cache.GetFiles("uploads"));
        await Assert.ThrowsAsync<RegistryException>(() => ImageSamples.AddImageAsync(cached));
    }
}
