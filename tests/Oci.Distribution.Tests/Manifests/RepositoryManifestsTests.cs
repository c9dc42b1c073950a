using System.Text;
using Oci.Distribution.Manifests;
using Oci.Image;

namespace Oci.Distribution.Tests.Manifests;

public sealed class RepositoryManifestsTests
{
    private static readonly byte[] Content = Encoding.UTF8.GetBytes($$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.ImageManifest}}","config":{},"layers":[]}""");
    private static readonly Digest Sha256 = Digest.Compute(Content);
    private static readonly Digest Sha512 = Digest.Compute(DigestAlgorithm.Sha512, Content);

    [Fact]
    [Must("spec.md#pulling-manifests-11")]
    public async Task Get_ByTag_BelievesTheBytesAndNotTheHeader()
    {
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(200, Content, $"Docker-Content-Digest: {Digest.Compute("other"u8)}", "Content-Type: text/plain"));
        using RegistryClient client = registry.CreateClient();

        Manifest? manifest = await client.Repository("a").Manifests.GetAsync("v1");

        Assert.Equal(Sha256, manifest!.Descriptor.Digest);
        Assert.Equal(MediaTypes.ImageManifest, manifest.Descriptor.MediaType);
        Assert.Equal(Content.Length, manifest.Descriptor.Size);
    }

    [Fact]
    [Must("spec.md#pulling-manifests-11")]
    public async Task Get_ByTag_TakesTheHeadersAlgorithmWhereItIsRight()
    {
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(200, Content, $"Docker-Content-Digest: {Sha512}"));
        using RegistryClient client = registry.CreateClient();

        Assert.Equal(Sha512, (await client.Repository("a").Manifests.GetAsync("v1"))!.Descriptor.Digest);
    }

    [Fact]
    [Must("spec.md#pulling-manifests-12")]
    public async Task Get_ByDigest_OfOtherContent_Throws()
    {
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(200, Content, $"Docker-Content-Digest: {Digest.Compute("other"u8)}"));
        using RegistryClient client = registry.CreateClient();

        Assert.NotNull(await client.Repository("a").Manifests.GetAsync(Sha256));
        Assert.NotNull(await client.Repository("a").Manifests.GetAsync(Sha512));
        await Assert.ThrowsAsync<ContentMismatchException>(() => client.Repository("a").Manifests.GetAsync(Digest.Compute("other"u8)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Get_OfMoreThanTheLimit_Throws(bool tellsLength)
    {
        await using var registry = new ScriptedRegistry(async e =>
        {
            await e.SendHeadAsync(200, tellsLength ? "Content-Length: 1000000000000" : "Connection: close");
            while (true)
            {
                await e.SendAsync(new byte[10_000]);
            }
        });
        using RegistryClient client = registry.CreateClient(o => o.MaxManifestSize = 100_000);

        await Assert.ThrowsAsync<RegistryException>(() => client.Repository("a").Manifests.GetAsync("v1"));
    }

    [Fact]
    [Must("spec.md#pulling-manifests-4")]
    public async Task Get_AsksForEveryTypeThatIsUnderstood()
    {
        string? accept = null;
        await using var registry = new ScriptedRegistry(e =>
        {
            accept = e["Accept"];
            return e.RespondAsync(404);
        });
        using RegistryClient client = registry.CreateClient();

        Assert.Null(await client.Repository("a").Manifests.GetAsync("v1"));

        foreach (MediaType type in (MediaType[])[MediaTypes.ImageManifest, MediaTypes.ImageIndex, MediaTypes.DockerManifest, MediaTypes.DockerManifestList])
        {
            Assert.Contains(type.ToString(), accept);
        }
    }

    [Theory]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a?b")]
    [InlineData("")]
    [Must("spec.md#pulling-manifests-1", "spec.md#pulling-manifests-3")]
    public async Task Get_OfNoTag_ThrowsAndAsksNothing(string tag)
    {
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(200));
        using RegistryClient client = registry.CreateClient();

        await Assert.ThrowsAsync<FormatException>(() => client.Repository("a").Manifests.GetAsync(tag));
        Assert.Throws<FormatException>(() => client.Repository("A/../b"));
        Assert.Empty(registry.Requests);
    }

    [Theory]
    [InlineData("application/vnd.oci.image.index.v1+json", "{}", "application/vnd.oci.image.index.v1+json")]
    [InlineData("text/plain", "{\"x\":{\"mediaType\":\"a/b\"},\"manifests\":[]}", "application/vnd.oci.image.index.v1+json")]
    [InlineData(null, "{\"layers\":[]}", "application/vnd.oci.image.manifest.v1+json")]
    [InlineData("text/plain", "{\"mediaType\":\"a/b\"}", "a/b")]
    [InlineData("text/plain", "not json", "text/plain")]
    [InlineData(null, "{}", null)]
    public void MediaType_IsTheDocumentsOwn_ElseTheHeaders_ElseByItsMembers(string? told, string content, string? expected) =>
        Assert.Equal(expected, ManifestMediaType.Read(told is null ? null : MediaType.Parse(told), Encoding.UTF8.GetBytes(content))?.ToString());
}
