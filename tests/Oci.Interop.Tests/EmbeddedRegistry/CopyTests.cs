using Oci.Distribution;
using Oci.Distribution.Copying;
using Oci.Image;
using Oci.Image.Layouts;
using Oci.Image.Manifests;

namespace Oci.Interop.Tests.EmbeddedRegistry;

public sealed class CopyTests
{
    [Fact]
    public async Task Copy_OfAnIndexThereAndBack_KeepsEveryByteAndSendsNothingTwice()
    {
        await using EmbeddedHost host = await EmbeddedHost.StartAsync();
        using var directory = new TempDirectory();
        Repository repository = host.CreateClient().Repository("team/app");
        OciLayout source = await OciLayout.CreateAsync(directory.Combine("source"));
        Descriptor index = await ImageSamples.AddIndexAsync(source, await ImageSamples.AddImageAsync(source), await ImageSamples.AddImageAsync(source));
        OciLayout target = await OciLayout.CreateAsync(directory.Combine("target"));

        CopyResult up = await ContentCopier.CopyAsync(source, index, repository, "v1");
        CopyResult again = await ContentCopier.CopyAsync(source, index, repository, "v2");
        CopyResult down = await ContentCopier.CopyAsync(repository, "v2", target, "v3");

        // Two manifests and an index, two layers each and the one config that both share.
        Assert.Equal((8, 0), (up.Copied, up.Skipped));
        // A manifest is written last, so where it is, its blobs are not asked for.
        Assert.Equal((0, 3), (again.Copied, again.Skipped));
        Assert.Equal((8, 0), (down.Copied, down.Skipped));
        Assert.Equal(["v1", "v2"], await repository.ListTagsAsync().ToListAsync());
        Assert.Equal(index.Digest, (await target.ResolveAsync("v3"))!.Digest);
        foreach (Descriptor image in ImageIndex.Parse(await target.ReadAsync(index)).Manifests)
        {
            ImageManifest manifest = await target.ReadManifestAsync(image);
            foreach (Descriptor blob in manifest.Layers.Prepend(manifest.Config))
            {
                Assert.Equal(await source.ReadAsync(blob), await target.ReadAsync(blob));
            }
        }
        Assert.Empty(host.GetFiles("uploads"));
    }

    [Fact]
    public async Task Copy_WithinTheRegistry_MountsAndSendsNothing()
    {
        await using EmbeddedHost host = await EmbeddedHost.StartAsync();
        RegistryClient client = host.CreateClient();
        Descriptor image = await ImageSamples.AddImageAsync(client.Repository("from"));

        CopyResult result = await ContentCopier.CopyAsync(client.Repository("from"), image, client.Repository("to"), "v1");

        Assert.Equal((1, 3, 0), (result.Copied, result.Mounted, result.Skipped));
        Assert.False(await client.Repository("third").Blobs.MountAsync(Digest.Compute("nobody has this"u8), "from"));
        Assert.Empty(host.GetFiles("uploads"));
    }

    [Fact]
    public async Task Copy_WithReferrers_TakesThemAlong()
    {
        await using EmbeddedHost host = await EmbeddedHost.StartAsync(options => options.MaxPageSize = 2);
        RegistryClient client = host.CreateClient();
        Repository from = client.Repository("from");
        Descriptor image = await ImageSamples.AddImageAsync(from);
        var digests = new List<Digest>();
        for (int i = 0; i < 5; i++)
        {
            digests.Add((await ImageSamples.AddImageAsync(from, subject: image, artifactType: i == 0 ? "application/x.signature" : "application/x.sbom")).Digest);
        }

        await ContentCopier.CopyAsync(from, image, client.Repository("to"), "v1", new CopyOptions { IncludeReferrers = true });

        List<Descriptor> all = await client.Repository("to").ListReferrersAsync(image.Digest).ToListAsync();
        List<Descriptor> signatures = await client.Repository("to").ListReferrersAsync(image.Digest, "application/x.signature").ToListAsync();
        Assert.Equal(digests.Select(d => d.ToString()).Order(), all.Select(d => d.Digest.ToString()).Order());
        Assert.Equal([digests[0]], signatures.Select(d => d.Digest));
    }

    [Fact]
    public async Task Delete_OfTagManifestAndBlob_IsGoneEachTimeAndThereOnly()
    {
        await using EmbeddedHost host = await EmbeddedHost.StartAsync(options => options.MaxPageSize = 10);
        Repository repository = host.CreateClient().Repository("a");
        Descriptor image = await ImageSamples.AddImageAsync(repository);
        Descriptor layer = (await repository.ReadManifestAsync(image)).Layers[0];
        string[] tags = [.. Enumerable.Range(0, 25).Select(i => $"v{i:00}")];
        foreach (string tag in tags)
        {
            await repository.TagAsync(image, tag);
        }
        Assert.Equal(tags, await repository.Tags.ListAsync().ToListAsync());

        Assert.True(await repository.Tags.DeleteAsync("v07"));
        Assert.False(await repository.Tags.DeleteAsync("v07"));
        Assert.Equal(tags.Except(["v07"]), await repository.Tags.ListAsync().ToListAsync());
        Assert.True(await repository.Manifests.DeleteAsync(image.Digest));
        Assert.False(await repository.ExistsAsync(image));
        Assert.Empty(await repository.Tags.ListAsync().ToListAsync());
        Assert.True(await repository.ExistsAsync(layer));
        Assert.True(await repository.Blobs.DeleteAsync(layer.Digest));
        Assert.False(await repository.ExistsAsync(layer));
        await Assert.ThrowsAsync<ContentNotFoundException>(() => repository.OpenAsync(layer));
    }
}
