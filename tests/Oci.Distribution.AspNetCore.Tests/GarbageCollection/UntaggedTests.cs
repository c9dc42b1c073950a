using System.Net;
using Oci.Distribution.AspNetCore.GarbageCollection;
using Oci.Image;
using Oci.Image.Manifests;

namespace Oci.Distribution.AspNetCore.Tests.GarbageCollection;

/// <summary>What becomes of manifests that no tag points to.</summary>
public sealed class UntaggedTests
{
    private static readonly RegistryCollectOptions Untagged = new() { GracePeriod = TimeSpan.Zero, RemoveUntagged = true };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Collect_Untagged_RemovesWhatNothingThatStaysLeadsTo(bool onDisk)
    {
        await using RegistryHosts hosts = await RegistryHosts.StartAsync(onDisk);
        RegistryHost host = hosts.Host;
        // Stays: a tagged index, its image, that image's signature, and what a tagged image has as its subject.
        Digest child = Digest.Compute(await host.PushImageAsync("a", "", "child"));
        Digest index = await PushIndexAsync(host, "tagged", child);
        Digest signature = Digest.Compute(await host.PushImageAsync("a", "", "signature", DescriptorOf(child)));
        Digest subject = Digest.Compute(await host.PushImageAsync("a", "", "subject"));
        Digest tagged = Digest.Compute(await host.PushImageAsync("a", "attached", "attached", DescriptorOf(subject)));
        Digest elsewhere = Digest.Compute(await host.PushImageAsync("a", "", "of elsewhere", DescriptorOf(Digest.Compute("elsewhere"u8))));
        // Goes: an index by its digest, its image, and that one's signature.
        Digest oldChild = Digest.Compute(await host.PushImageAsync("a", "", "old child"));
        Digest oldIndex = await PushIndexAsync(host, "", oldChild);
        Digest oldSignature = Digest.Compute(await host.PushImageAsync("a", "", "old signature", DescriptorOf(oldChild)));

        RegistryCollection without = await RegistryGarbageCollectorTests.CollectAsync(host, new() { GracePeriod = TimeSpan.Zero });
        RegistryCollection dry = await RegistryGarbageCollectorTests.CollectAsync(host, new() { GracePeriod = TimeSpan.Zero, RemoveUntagged = true, DryRun = true });
        RegistryCollection collected = await RegistryGarbageCollectorTests.CollectAsync(host, Untagged);

        Assert.Equal((0, 0), (without.ManifestCount, without.ContentCount));
        Assert.Equal((3, 4, 7), (collected.ManifestCount, collected.UnlinkedBlobCount, collected.ContentCount));
        Assert.Equal(collected with { IsDryRun = true }, dry);
        Assert.All(await StatusesAsync(host, child, index, signature, subject, tagged, elsewhere), status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.All(await StatusesAsync(host, oldChild, oldIndex, oldSignature), status => Assert.Equal(HttpStatusCode.NotFound, status));
        Assert.Equal(signature, Assert.Single(ImageIndex.Parse(await host.Client.GetByteArrayAsync($"/v2/a/referrers/{child}")).Manifests).Digest);
        Assert.Empty(ImageIndex.Parse(await host.Client.GetByteArrayAsync($"/v2/a/referrers/{oldChild}")).Manifests);
    }

    [Fact]
    public async Task Collect_TagWasMoved_RemovesTheOldImage()
    {
        await using RegistryHost host = await RegistryHost.StartAsync();
        Digest old = Digest.Compute(await host.PushImageAsync("a", "latest", "old"));
        byte[] current = await host.PushImageAsync("a", "latest", "current");

        RegistryCollection collected = await RegistryGarbageCollectorTests.CollectAsync(host, Untagged);

        Assert.Equal((1, 2, 3), (collected.ManifestCount, collected.UnlinkedBlobCount, collected.ContentCount));
        Assert.Equal([HttpStatusCode.NotFound], await StatusesAsync(host, old));
        await RegistryGarbageCollectorTests.AssertImageAsync(host, "a", "latest", current);
    }

    [Fact]
    public async Task Collect_ChainOfManyIndexes_RemovesThemAll()
    {
        await using RegistryHost host = await RegistryHost.StartAsync();
        Digest last = Digest.Compute(await host.PushImageAsync("a", ""));
        for (int i = 0; i < 300; i++)
        {
            last = await PushIndexAsync(host, "", last);
        }

        RegistryCollection collected = await RegistryGarbageCollectorTests.CollectAsync(host, Untagged);

        Assert.Equal(301, collected.ManifestCount);
        Assert.Equal([HttpStatusCode.NotFound], await StatusesAsync(host, last));
    }

    private static async Task<Digest> PushIndexAsync(RegistryHost host, string tag, Digest manifest)
    {
        byte[] index = new ImageIndex { MediaType = MediaTypes.ImageIndex, Manifests = [DescriptorOf(manifest)] }.ToUtf8Bytes();
        Digest digest = Digest.Compute(index);
        using HttpResponseMessage put = await host.PutManifestAsync("a", tag.Length > 0 ? tag : digest.ToString(), index, MediaTypes.ImageIndex);
        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        return digest;
    }

    private static Descriptor DescriptorOf(Digest digest) => new() { MediaType = MediaTypes.ImageManifest, Digest = digest, Size = 10 };

    private static async Task<List<HttpStatusCode>> StatusesAsync(RegistryHost host, params Digest[] manifests)
    {
        var statuses = new List<HttpStatusCode>();
        foreach (Digest digest in manifests)
        {
            using HttpResponseMessage response = await host.Client.GetAsync($"/v2/a/manifests/{digest}");
            statuses.Add(response.StatusCode);
        }
        return statuses;
    }
}
