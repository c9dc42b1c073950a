using Oci.Distribution;
using Oci.Distribution.Artifacts;
using Oci.Distribution.Copying;
using Oci.Distribution.Syncing;
using Oci.Image;
using Oci.Image.Layouts;

namespace Oci.Interop.Tests.EmbeddedRegistry;

public sealed class SyncTests
{
    [Fact]
    public async Task Sync_OfRepositoriesThatShareLayers_SendsEachOnceAndMountsIt()
    {
        await using EmbeddedHost from = await EmbeddedHost.StartAsync();
        await using EmbeddedHost to = await EmbeddedHost.StartAsync();
        RegistryClient source = from.CreateClient();
        RegistryClient target = to.CreateClient();
        Descriptor image = await ImageSamples.AddImageAsync(source.Repository("one"));
        foreach (string name in (string[])["one", "two", "three", "four"])
        {
            await ContentCopier.CopyAsync(source.Repository("one"), image, source.Repository(name), "v1");
            await source.Repository(name).TagAsync(image, "latest");
        }

        List<SyncResult> results = await RunAsync(source, SyncDestination.ToRegistry(target, "mirror"), new SyncOptions { MaxParallelImages = 8 });
        List<SyncResult> again = await RunAsync(source, SyncDestination.ToRegistry(target, "mirror"), new SyncOptions());

        Assert.Equal(8, results.Count);
        Assert.All(results, result => Assert.Null(result.Error));
        // Three blobs, whatever the number of images that have them, and of those that run at once.
        Assert.Equal(3, results.Sum(result => result.Copy?.Blobs.Copied ?? 0));
        Assert.Equal(["mirror/four", "mirror/one", "mirror/three", "mirror/two"], await target.ListRepositoriesAsync().ToListAsync());
        Assert.All(again, result => Assert.Equal((SyncOutcome.Equal, image.Digest), (result.Outcome, result.Root!.Digest)));
        Assert.Empty(to.GetFiles("uploads"));
    }

    [Fact]
    public async Task Sync_WithPrune_DeletesTheTagsThatAreGone()
    {
        await using EmbeddedHost from = await EmbeddedHost.StartAsync();
        await using EmbeddedHost to = await EmbeddedHost.StartAsync();
        RegistryClient source = from.CreateClient();
        RegistryClient target = to.CreateClient();
        Descriptor image = await ImageSamples.AddImageAsync(source.Repository("app"));
        await source.Repository("app").TagAsync(image, "v1");
        await source.Repository("app").TagAsync(image, "v2");
        await RunAsync(source, SyncDestination.ToRegistry(target), new SyncOptions());
        await source.Repository("app").Tags.DeleteAsync("v1");

        List<SyncResult> results = await RunAsync(source, SyncDestination.ToRegistry(target), new SyncOptions { Prune = true });

        Assert.Equal([("v1", SyncOutcome.Pruned), ("v2", SyncOutcome.Equal)], results.Select(result => (result.Reference!, result.Outcome)).Order());
        Assert.Equal(["v2"], await target.Repository("app").ListTagsAsync().ToListAsync());
        Assert.True(await target.Repository("app").ExistsAsync(image));
    }

    [Fact]
    public async Task PackAttachDiscoverAndUnpack_OverTheRegistry_AreWhole()
    {
        await using EmbeddedHost host = await EmbeddedHost.StartAsync();
        using var directory = new TempDirectory();
        Repository repository = host.CreateClient().Repository("app");
        Descriptor image = await ImageSamples.AddImageAsync(repository);
        Directory.CreateDirectory(directory.Combine("docs"));
        await File.WriteAllBytesAsync(directory.Combine("docs", "large"), new byte[3_000_000]);

        Descriptor artifact = await ArtifactPacker.PackAsync(
            repository,
            [ArtifactFile.FromDirectory(directory.Combine("docs")), ArtifactFile.FromBytes("sbom.json", "{}"u8.ToArray(), MediaType.Parse("application/spdx+json"))],
            new PackArtifactOptions { Subject = image, ArtifactType = "application/x.sbom" });
        ReferrerNode tree = await ReferrerTree.ReadAsync(repository, image);
        await ArtifactUnpacker.UnpackAsync(repository, tree.Referrers[0].Descriptor, directory.Combine("out"));

        Assert.Equal(artifact.Digest, Assert.Single(tree.Referrers).Descriptor.Digest);
        Assert.Equal("application/x.sbom", tree.Referrers[0].Descriptor.ArtifactType);
        Assert.Equal(3_000_000, new FileInfo(directory.Combine("out", "docs", "large")).Length);
        Assert.Equal("{}", await File.ReadAllTextAsync(directory.Combine("out", "sbom.json")));
    }

    [Fact]
    public async Task Copy_OfSha512_KeepsTheDigestsAndTags()
    {
        await using EmbeddedHost host = await EmbeddedHost.StartAsync();
        using var directory = new TempDirectory();
        OciLayout layout = await OciLayout.CreateAsync(directory.Path);
        Descriptor config = await AddSha512Async(layout, MediaTypes.ImageConfig, "{}"u8.ToArray());
        Descriptor image = await AddSha512Async(layout, MediaTypes.ImageManifest, new Oci.Image.Manifests.ImageManifest { MediaType = MediaTypes.ImageManifest, Config = config, Layers = [config] }.ToUtf8Bytes());
        Repository repository = host.CreateClient().Repository("app");

        CopyResult result = await ContentCopier.CopyAsync(layout, image, repository, "v1");
        CopyPlan again = await ContentCopier.PlanAsync(layout, image, repository, "v1");

        Assert.Equal((2, 0), (result.Copied, result.Skipped));
        Assert.Equal(image.Digest, (await repository.Manifests.GetAsync(image.Digest))!.Descriptor.Digest);
        Assert.Equal(await layout.ReadAsync(image), (await repository.Manifests.GetAsync("v1"))!.Content.ToArray());
        Assert.Equal((0, true), ((again.Blobs + again.Manifests).Copied, again.IsTagged));
    }

    private static async Task<Descriptor> AddSha512Async(OciLayout layout, MediaType mediaType, byte[] content)
    {
        var descriptor = new Descriptor { MediaType = mediaType, Digest = Digest.Compute(DigestAlgorithm.Sha512, content), Size = content.Length };
        await layout.AddAsync(descriptor, new MemoryStream(content));
        return descriptor;
    }

    private static Task<List<SyncResult>> RunAsync(RegistryClient source, SyncDestination destination, SyncOptions options) =>
        new RegistrySync(options).RunAsync(SyncRepository.ListAsync(source), destination).ToListAsync().AsTask();
}
