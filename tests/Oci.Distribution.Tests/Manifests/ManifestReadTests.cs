using System.Text;
using Oci.Image;

namespace Oci.Distribution.Tests.Manifests;

public sealed class ManifestReadTests
{
    private static readonly byte[] Content = Encoding.UTF8.GetBytes($$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.ImageManifest}}","config":{},"layers":[]}""");
    private static readonly Descriptor Manifest = Descriptor.Create(MediaTypes.ImageManifest, Content);
    private static readonly string[] Head = [$"Content-Type: {MediaTypes.ImageManifest}", $"Docker-Content-Digest: {Manifest.Digest}", $"Content-Length: {Content.Length}"];

    [Fact]
    public async Task Resolve_WhereTheHeadTellsAll_ReadsNothing()
    {
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(200, Content, Head));
        using RegistryClient client = registry.CreateClient();

        Assert.Equal(Manifest, await client.Repository("a").Manifests.ResolveAsync("v1"));
        Assert.Equal(Manifest, await client.Repository("a").Manifests.ResolveAsync(Manifest.Digest));

        Assert.Equal(["HEAD /v2/a/manifests/v1", $"HEAD /v2/a/manifests/{Manifest.Digest}"], registry.Requests);
    }

    [Theory]
    [InlineData(200, "Content-Type: application/vnd.oci.image.manifest.v1+json")]
    [InlineData(200, "Docker-Content-Digest: sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a")]
    [InlineData(200, "Docker-Content-Digest: nonsense")]
    [InlineData(405, "Allow: GET")]
    [InlineData(501, "X: y")]
    [Must("spec.md#backwards-compatibility-1")]
    public async Task Resolve_WhereTheHeadTellsTooLittle_ReadsTheManifest(int status, string header)
    {
        await using var registry = new ScriptedRegistry(e => e.Method == "HEAD" ? e.RespondAsync(status, Content, header) : e.RespondAsync(200, Content, Head));
        using RegistryClient client = registry.CreateClient();

        Assert.Equal(Manifest, await client.Repository("a").Manifests.ResolveAsync("v1"));
        Assert.Equal(Manifest, await client.Repository("a").Manifests.ResolveAsync(Manifest.Digest));

        Assert.Equal(["HEAD", "GET", "HEAD", "GET"], registry.Requests.Select(r => r.Split(' ')[0]));
    }

    [Fact]
    public async Task Resolve_OfWhatIsNotThere_IsNull()
    {
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(404));
        using RegistryClient client = registry.CreateClient();

        Assert.Null(await client.Repository("a").Manifests.ResolveAsync("v1"));
        Assert.Null(await client.Repository("a").Manifests.PeekAsync("v1"));
        Assert.False(await client.Repository("a").Manifests.ExistsAsync(Manifest.Digest));
        Assert.Equal(3, registry.Requests.Count);
    }

    [Fact]
    public async Task Exists_WhereTheHeadNamesAnotherDigest_IsFalse()
    {
        string told = Digest.Compute("other"u8).ToString();
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(200, default, $"Docker-Content-Digest: {told}"));
        using RegistryClient client = registry.CreateClient();

        Assert.False(await client.Repository("a").Manifests.ExistsAsync(Manifest.Digest));
        Assert.False(await client.Repository("a").Blobs.ExistsAsync(Manifest.Digest));
        // By another algorithm it may be the same content.
        told = Digest.Compute(DigestAlgorithm.Sha512, Content).ToString();
        Assert.True(await client.Repository("a").Manifests.ExistsAsync(Manifest.Digest));
        Assert.True(await client.Repository("a").Blobs.ExistsAsync(Manifest.Digest));
    }

    [Theory]
    [InlineData("application/vnd.oci.image.index.v1+json", true)]
    [InlineData("application/vnd.docker.distribution.manifest.v2+json", true)]
    [InlineData("application/vnd.oci.image.manifest.v1+json; charset=utf-8", false)]
    [InlineData("application/json", false)]
    [InlineData("text/plain", false)]
    [Must("spec.md#pulling-manifests-7", "spec.md#pulling-manifests-9")]
    public async Task Get_OfADocumentThatContradictsItsHead_Throws(string type, bool throws)
    {
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(200, Content, $"Content-Type: {type}"));
        using RegistryClient client = registry.CreateClient();

        if (throws)
        {
            var e = await Assert.ThrowsAsync<RegistryException>(() => client.Repository("a").Manifests.GetAsync("v1"));
            Assert.Contains(type, e.Message);
        }
        else
        {
            Assert.Equal(Manifest, (await client.Repository("a").Manifests.GetAsync("v1"))!.Descriptor);
        }
    }
}
