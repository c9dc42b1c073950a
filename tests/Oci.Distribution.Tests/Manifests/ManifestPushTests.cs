using System.Collections.Concurrent;
using System.Text;
using Oci.Distribution.Manifests;
using Oci.Image;

namespace Oci.Distribution.Tests.Manifests;

public sealed class ManifestPushTests
{
    private static readonly byte[] Content = Encoding.UTF8.GetBytes($$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.ImageManifest}}","config":{},"layers":[]}""");
    private static readonly Digest Sha256 = Digest.Compute(Content);
    private static readonly Digest Sha512 = Digest.Compute(DigestAlgorithm.Sha512, Content);

    [Fact]
    public async Task Push_OfSeveralTagsThatTheRegistryTakes_IsOneRequest()
    {
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(201, default, "OCI-Tag: v1, v2", "OCI-Tag: v3"));
        using RegistryClient client = registry.CreateClient();

        await client.Repository("a").Manifests.PushAsync(Content, MediaTypes.ImageManifest, new PushManifestOptions { Tags = ["v1", "v2", "v3"] });

        Assert.Equal([$"PUT /v2/a/manifests/{Sha256}?tag=v1&tag=v2&tag=v3"], registry.Requests);
    }

    [Theory]
    [InlineData("OCI-Tag: v1", "v2")]
    [InlineData("X-Nothing: v1", "v1", "v2")]
    public async Task Push_OfTagsThatTheRegistryDoesNotConfirm_SetsThemOneByOne(string header, params string[] single)
    {
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(201, default, header));
        using RegistryClient client = registry.CreateClient();

        await client.Repository("a").Manifests.PushAsync(Content, MediaTypes.ImageManifest, new PushManifestOptions { Tags = ["v1", "v2", "v1"] });

        Assert.Equal([$"PUT /v2/a/manifests/{Sha256}?tag=v1&tag=v2", .. single.Select(tag => $"PUT /v2/a/manifests/{tag}")], registry.Requests);
    }

    [Theory]
    [InlineData(true, 3, 0)]
    [InlineData(false, 1, 25)]
    public async Task Push_OfManyTags_AsksAgainOnlyOneThatKnowsTheQuery(bool knows, int queries, int single)
    {
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(201, default, knows ? e.Target.Split('?')[1].Split('&').Select(p => $"OCI-Tag: {p["tag=".Length..]}").ToArray() : []));
        using RegistryClient client = registry.CreateClient();

        await client.Repository("a").Manifests.PushAsync(Content, MediaTypes.ImageManifest, new PushManifestOptions { Tags = [.. Enumerable.Range(0, 25).Select(i => $"v{i}")] });

        Assert.Equal(queries, registry.Requests.Count(r => r.Contains('?')));
        Assert.Equal(single, registry.Requests.Count(r => !r.Contains('?')));
        Assert.All(registry.Requests, r => Assert.InRange(r.Split("tag=").Length, 1, 11));
    }

    [Fact]
    public async Task Push_BySha512_GoesToThatDigestAndAsksForTheTag()
    {
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(201, default, "OCI-Tag: v1", $"Docker-Content-Digest: {Sha512}"));
        using RegistryClient client = registry.CreateClient();

        Descriptor pushed = await client.Repository("a").Manifests.PushAsync(Content, MediaTypes.ImageManifest, new PushManifestOptions { Tags = ["v1"], Algorithm = DigestAlgorithm.Sha512 });
        await client.Repository("a").Manifests.PushAsync(Content, MediaTypes.ImageManifest, new PushManifestOptions { Algorithm = DigestAlgorithm.Sha512 });

        Assert.Equal(Sha512, pushed.Digest);
        Assert.Equal([$"PUT /v2/a/manifests/{Sha512}?tag=v1", $"PUT /v2/a/manifests/{Sha512}"], registry.Requests);
        Assert.Throws<ArgumentOutOfRangeException>(() => new PushManifestOptions { Algorithm = DigestAlgorithm.Blake3 });
    }

    [Fact]
    public async Task Tag_OfASha512Manifest_StaysWithThatDigest()
    {
        await using var registry = new ScriptedRegistry(e => e.Method == "GET"
            ? e.RespondAsync(200, Content, $"Content-Type: {MediaTypes.ImageManifest}")
            : e.RespondAsync(201, default, "OCI-Tag: v1", $"Docker-Content-Digest: {Sha512}"));
        using RegistryClient client = registry.CreateClient();

        await client.Repository("a").TagAsync(new Descriptor { MediaType = MediaTypes.ImageManifest, Digest = Sha512, Size = Content.Length }, "v1");

        Assert.Equal([$"GET /v2/a/manifests/{Sha512}", $"PUT /v2/a/manifests/{Sha512}?tag=v1"], registry.Requests);
    }

    [Fact]
    [Must("spec.md#pushing-manifests-6")]
    public async Task Push_WithNoTag_IsByDigest_AndWithABadOneIsNotSent()
    {
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(201));
        using RegistryClient client = registry.CreateClient();

        await client.Repository("a").Manifests.PushAsync(Content, MediaTypes.ImageManifest);
        Assert.Throws<FormatException>(() => new PushManifestOptions { Tags = ["v1", "a/b"] });
        await Assert.ThrowsAsync<FormatException>(() => client.Repository("a").Manifests.PushAsync(Content, MediaTypes.ImageManifest, new() { Tags = ["a&tag=b"] }));

        Assert.Equal([$"PUT /v2/a/manifests/{Sha256}"], registry.Requests);
    }

    [Fact]
    public async Task Push_UnderATypeThatIsNotTheDocumentsOwn_ThrowsAndSendsNothing()
    {
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(201));
        using RegistryClient client = registry.CreateClient();

        await Assert.ThrowsAsync<ArgumentException>(() => client.Repository("a").Manifests.PushAsync(Content, MediaTypes.ImageIndex, new() { Tags = ["v1"] }));

        Assert.Empty(registry.Requests);
    }

    [Theory]
    [InlineData(MediaTypeOf.OciManifest)]
    [InlineData(MediaTypeOf.DockerManifest)]
    [Must("spec.md#pushing-manifests-1", "spec.md#pushing-manifests-2", "spec.md#pushing-manifests-5")]
    public async Task Add_SendsTheDocumentsOwnType_WithoutParameters(string described)
    {
        var types = new ConcurrentQueue<string?>();
        await using var registry = new ScriptedRegistry(e =>
        {
            types.Enqueue(e["Content-Type"]);
            return e.RespondAsync(e.Method == "HEAD" ? 404 : 201);
        });
        using RegistryClient client = registry.CreateClient();

        await client.Repository("a").AddAsync(Descriptor.Create(MediaType.Parse(described), Content), new MemoryStream(Content));

        Assert.Equal([null, MediaTypes.ImageManifest.ToString()], types);
    }

    [Fact]
    [Must("spec.md#pushing-manifests-12")]
    public async Task Push_WhereTheRegistrySaysThatItStoredSomethingElse_Throws()
    {
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(201, default, $"Docker-Content-Digest: {Digest.Compute("other"u8)}"));
        using RegistryClient client = registry.CreateClient();

        var e = await Assert.ThrowsAsync<ContentMismatchException>(() => client.Repository("a").Manifests.PushAsync(Content, MediaTypes.ImageManifest, new() { Tags = ["v1"] }));

        Assert.Equal(Sha256, e.Expected);
    }

    [Fact]
    [Must("spec.md#pushing-manifests-16")]
    public async Task Push_OfFourMebibytes_IsSentWhole()
    {
        long length = 0;
        await using var registry = new ScriptedRegistry(async e =>
        {
            length = (await e.ReadBodyAsync()).Length;
            await e.RespondAsync(201);
        });
        using RegistryClient client = registry.CreateClient();
        byte[] large = Encoding.UTF8.GetBytes($$"""{"schemaVersion":2,"padding":"{{new string('x', (4 << 20) - 35)}}"}""");

        await client.Repository("a").Manifests.PushAsync(large, MediaTypes.ImageManifest, new() { Tags = ["v1"] });

        Assert.Equal(large.Length, length);
        Assert.InRange(length, (4 << 20) - 10, 4 << 20);
    }

    private static class MediaTypeOf
    {
        public const string OciManifest = "application/vnd.oci.image.manifest.v1+json";
        public const string DockerManifest = "application/vnd.docker.distribution.manifest.v2+json";
    }
}
