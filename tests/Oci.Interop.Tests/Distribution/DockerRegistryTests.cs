using System.Security.Cryptography;
using System.Text;
using Oci.Distribution;
using Oci.Distribution.Authentication;
using Oci.Distribution.Manifests;
using Oci.Distribution.Uploads;
using Oci.Image;
using Oci.Image.Manifests;

namespace Oci.Interop.Tests.Distribution;

public sealed class DockerRegistryTests
{
    [Fact]
    public async Task PushAndPull_ABlobOfSeveralMegabytes_RoundTrips()
    {
        await using DockerRegistry registry = await DockerRegistry.StartAsync();
        using var client = new RegistryClient(registry.Address);
        Repository repository = client.Repository("some/where");
        byte[] content = RandomNumberGenerator.GetBytes(5_000_001);
        var descriptor = Descriptor.Create(MediaTypes.LayerGzip, content);

        Assert.Null(await repository.Blobs.GetSizeAsync(descriptor.Digest));
        Assert.Equal(PushOutcome.Pushed, await repository.Blobs.PushAsync(descriptor, new MemoryStream(content)));
        Assert.Equal(PushOutcome.AlreadyThere, await repository.Blobs.PushAsync(descriptor, Stream.Null));
        Assert.Equal(content.Length, await repository.Blobs.GetSizeAsync(descriptor.Digest));
        Assert.Equal(content, await ReadAllAsync(repository, descriptor));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_536)]
    [InlineData(262_144)]
    [InlineData(262_145)]
    [InlineData(524_288)]
    public async Task PushAndPull_ABlobOfAnEdgeSize_RoundTrips(int size)
    {
        await using DockerRegistry registry = await DockerRegistry.StartAsync();
        using var client = new RegistryClient(registry.Address, new RegistryClientOptions { ChunkSize = 65_536 });
        byte[] content = RandomNumberGenerator.GetBytes(size);
        var descriptor = Descriptor.Create(MediaTypes.Layer, content);

        Repository whole = client.Repository("whole");
        await whole.AddAsync(descriptor, new OneByteStream(new MemoryStream(content)));
        Assert.Equal(content, await ReadAllAsync(whole, descriptor));

        Repository chunked = client.Repository("chunked");
        await chunked.Blobs.PushAsync(descriptor, new MemoryStream(content), new PushBlobOptions { Chunked = true });
        Assert.Equal(content, await ReadAllAsync(chunked, descriptor));

        Repository written = client.Repository("written");
        await using ContentWriter writer = await written.CreateAsync();
        await new MemoryStream(content).CopyToAsync(writer, 10_000);
        Assert.Equal(descriptor.Digest, (await writer.CommitAsync(MediaTypes.Layer)).Digest);
        Assert.Equal(content, await ReadAllAsync(written, descriptor));
    }

    [Fact]
    public async Task Push_ContentOfAnotherDigest_ThrowsAndLeavesNothing()
    {
        await using DockerRegistry registry = await DockerRegistry.StartAsync();
        using var client = new RegistryClient(registry.Address);
        Repository repository = client.Repository("some/where");
        byte[] content = RandomNumberGenerator.GetBytes(3 * 262_144);
        var descriptor = Descriptor.Create(MediaTypes.Layer, content);
        content[^1] ^= 1;

        await Assert.ThrowsAsync<ContentMismatchException>(() => repository.AddAsync(descriptor, new MemoryStream(content)));

        Assert.Null(await repository.Blobs.GetSizeAsync(descriptor.Digest));
    }

    [Fact]
    public async Task Mount_FromAnotherRepository_SendsNothing()
    {
        await using DockerRegistry registry = await DockerRegistry.StartAsync();
        using var client = new RegistryClient(registry.Address);
        byte[] content = RandomNumberGenerator.GetBytes(1000);
        var descriptor = Descriptor.Create(MediaTypes.Layer, content);
        await client.Repository("from").AddAsync(descriptor, new MemoryStream(content));
        Repository to = client.Repository("to");

        Assert.False(await to.Blobs.MountAsync(Digest.Compute("absent"u8), "from"));
        Assert.True(await to.Blobs.MountAsync(descriptor.Digest, "from"));
        Assert.Equal(PushOutcome.Mounted, await client.Repository("third").Blobs.PushAsync(descriptor, Stream.Null, new PushBlobOptions { MountFrom = "from" }));
        Assert.Equal(content, await ReadAllAsync(to, descriptor));
    }

    [Fact]
    public async Task Manifests_PushedTaggedListedAndDeleted_AreAsTheRegistrySays()
    {
        await using DockerRegistry registry = await DockerRegistry.StartAsync();
        using var client = new RegistryClient(registry.Address);
        Repository repository = client.Repository("some/where");
        Manifest pushed = await PushImageAsync(repository, "v1");

        await repository.TagAsync(pushed.Descriptor, "v0");

        Assert.Equal(["v0", "v1"], await repository.ListTagsAsync().ToListAsync());
        Assert.Equal(["some/where"], await client.ListRepositoriesAsync().ToListAsync());
        Assert.Equal(pushed.Descriptor, await repository.ResolveAsync("v0"));
        Assert.Equal(pushed.Descriptor, await repository.Manifests.PeekAsync("v1"));
        Assert.Equal(pushed.Content.ToArray(), (await repository.Manifests.GetAsync(pushed.Descriptor.Digest))!.Content.ToArray());
        Assert.Null(await repository.ResolveAsync("absent"));
        Assert.True(await repository.Manifests.DeleteAsync(pushed.Descriptor.Digest));
        Assert.False(await repository.Manifests.DeleteAsync(pushed.Descriptor.Digest));
        Assert.False(await repository.ExistsAsync(pushed.Descriptor));
        Assert.Empty(await client.Repository("not/there").ListTagsAsync().ToListAsync());
    }

    [Fact]
    public async Task PushManifest_WithMissingBlobs_TellsTheRegistrysErrors()
    {
        await using DockerRegistry registry = await DockerRegistry.StartAsync();
        using var client = new RegistryClient(registry.Address);
        var manifest = new ImageManifest { Config = Descriptor.Create(MediaTypes.ImageConfig, "{}"u8), Layers = [] };

        var e = await Assert.ThrowsAsync<RegistryException>(() => client.Repository("a").Manifests.PushAsync(manifest.ToUtf8Bytes(), MediaTypes.ImageManifest, new() { Tags = ["x"] }));

        Assert.True(e.Has("MANIFEST_BLOB_UNKNOWN"));
        Assert.Equal("/v2/a/manifests/x", e.RequestUri!.AbsolutePath);
        Assert.Equal(HttpMethod.Put, e.Method);
    }

    [Fact]
    public async Task Referrers_WithoutTheApi_AreKeptUnderTheReferrersTag()
    {
        await using DockerRegistry registry = await DockerRegistry.StartAsync();
        using var client = new RegistryClient(registry.Address);
        Repository repository = client.Repository("some/where");
        Manifest subject = await PushImageAsync(repository, "v1");
        byte[] signature = new ImageManifest
        {
            MediaType = MediaTypes.ImageManifest,
            ArtifactType = "application/x.signature",
            Config = await PushBlobAsync(repository, MediaTypes.Empty, "{}"),
            Layers = [],
            Subject = subject.Descriptor,
        }.ToUtf8Bytes();

        Descriptor pushed = await repository.Manifests.PushAsync(signature, MediaTypes.ImageManifest);
        await repository.Manifests.PushAsync(signature, MediaTypes.ImageManifest);

        Descriptor listed = Assert.Single(await repository.ListReferrersAsync(subject.Descriptor.Digest).ToListAsync());
        Assert.Equal(pushed.Digest, listed.Digest);
        Assert.Equal("application/x.signature", listed.ArtifactType);
        Assert.Empty(await repository.ListReferrersAsync(subject.Descriptor.Digest, "application/x.other").ToListAsync());
        Assert.Empty(await repository.ListReferrersAsync(pushed.Digest).ToListAsync());
    }

    [Fact]
    public async Task BasicAuthentication_RightWrongAndNone()
    {
        string htpasswd = (await ToolResult.RunAsync(Requires.Tool("htpasswd"), ["-nbB", "-C", "4", "tester", "s3cret"])).EnsureSuccess().Output;
        await using DockerRegistry registry = await DockerRegistry.StartAsync(htpasswd);
        using var right = new RegistryClient(registry.Address, WithPassword(registry, "s3cret"));
        using var wrong = new RegistryClient(registry.Address, WithPassword(registry, "other"));
        using var none = new RegistryClient(registry.Address);

        await right.PingAsync();
        await PushImageAsync(right.Repository("some/where"), "v1");
        Assert.Equal(["v1"], await right.Repository("some/where").ListTagsAsync().ToListAsync());

        var refused = await Assert.ThrowsAsync<RegistryAuthenticationException>(() => wrong.PingAsync());
        Assert.DoesNotContain("other", refused.ToString());
        var asked = await Assert.ThrowsAsync<RegistryAuthenticationException>(() => none.PingAsync());
        Assert.Contains("login", asked.Hint);
    }

    private static RegistryClientOptions WithPassword(DockerRegistry registry, string password) =>
        new() { Credentials = new StaticCredentialSource(registry.Address.Authority, RegistryCredential.FromPassword("tester", password)) };

    private static async Task<Manifest> PushImageAsync(Repository repository, string tag)
    {
        byte[] manifest = new ImageManifest
        {
            MediaType = MediaTypes.ImageManifest,
            Config = await PushBlobAsync(repository, MediaTypes.ImageConfig, """{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}"""),
            Layers = [await PushBlobAsync(repository, MediaTypes.Layer, "a layer, says the test")],
        }.ToUtf8Bytes();
        return new Manifest(await repository.Manifests.PushAsync(manifest, MediaTypes.ImageManifest, new() { Tags = [tag] }), manifest);
    }

    private static async Task<Descriptor> PushBlobAsync(Repository repository, MediaType mediaType, string text)
    {
        byte[] content = Encoding.UTF8.GetBytes(text);
        var descriptor = Descriptor.Create(mediaType, content);
        await repository.AddAsync(descriptor, new MemoryStream(content));
        return descriptor;
    }

    private static async Task<byte[]> ReadAllAsync(Repository repository, Descriptor descriptor)
    {
        await using Stream stream = await repository.OpenAsync(descriptor);
        var result = new MemoryStream();
        await stream.CopyToAsync(result);
        return result.ToArray();
    }
}
