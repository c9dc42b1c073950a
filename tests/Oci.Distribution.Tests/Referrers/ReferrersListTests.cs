using System.Collections.Concurrent;
using System.Text;
using Oci.Image;
using Oci.Image.Manifests;

namespace Oci.Distribution.Tests.Referrers;

/// <summary>Listing, and the list under the referrers tag (distribution-spec, "Listing Referrers", "Referrers Tag Schema").</summary>
public sealed class ReferrersListTests
{
    private static readonly Descriptor Subject = Descriptor.Create(MediaTypes.ImageManifest, "subject"u8.ToArray());
    private static readonly string ListPath = $"/v2/a/manifests/sha256-{Subject.Digest.Hex}";

    private readonly ConcurrentDictionary<string, byte[]> _store = new();
    private readonly ConcurrentDictionary<string, string> _types = new();

    [Fact]
    public async Task List_OfSeveralPages_FollowsTheLinksAndFiltersWhereTheRegistryDoesNot()
    {
        await using var registry = new ScriptedRegistry(e => e.Target.Contains("page=2")
            ? e.RespondAsync(200, Index(Referrer("c", "application/x.b"), Referrer("d", "application/x.a")))
            : e.RespondAsync(200, Index(Referrer("a", "application/x.a"), Referrer("b", "application/x.b")), "Link: <?page=2>; rel=\"next\""));
        using RegistryClient client = registry.CreateClient();

        Assert.Equal(4, (await client.Repository("a").Referrers.ListAsync(Subject.Digest).ToListAsync()).Count);
        Assert.Equal(["application/x.a", "application/x.a"], (await client.Repository("a").Referrers.ListAsync(Subject.Digest, "application/x.a").ToListAsync()).Select(d => d.ArtifactType));

        Assert.Contains($"GET /v2/a/referrers/{Subject.Digest}?artifactType=application%2Fx.a", registry.Requests);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(400)]
    [InlineData(405)]
    [InlineData(406)]
    [InlineData(501)]
    [Must("spec.md#backwards-compatibility-1", "spec.md#backwards-compatibility-2", "spec.md#unavailable-referrers-api-2", "spec.md#fallback-behavior-1", "spec.md#fallback-behavior-2")]
    public async Task List_WhereTheApiIsMissing_ReadsTheTag(int status)
    {
        await using var registry = new ScriptedRegistry(e => e.Path.Contains("/referrers/") ? e.RespondAsync(status) : e.RespondAsync(200, Index(Referrer("a", "application/x.a"), Referrer("b", "application/x.b")), $"Content-Type: {MediaTypes.ImageIndex}"));
        using RegistryClient client = registry.CreateClient();

        Assert.Single(await client.Repository("a").Referrers.ListAsync(Subject.Digest, "application/x.b").ToListAsync());
        Assert.Equal($"GET {ListPath}", registry.Requests.Last());
    }

    [Theory]
    [InlineData("not json", "text/plain")]
    [InlineData("""{"schemaVersion":2,"config":{},"layers":[]}""", "application/vnd.oci.image.manifest.v1+json")]
    [Must("spec.md#fallback-behavior-3", "spec.md#pushing-a-manifest-with-a-subject-field-3")]
    public async Task List_WhereTheTagHoldsNoIndex_IsEmpty_AndIsNotWrittenOver(string content, string type)
    {
        _store[ListPath] = Encoding.UTF8.GetBytes(content);
        _types[ListPath] = type;
        await using var registry = new ScriptedRegistry(ServeAsync);
        using RegistryClient client = registry.CreateClient();

        Assert.Empty(await client.Repository("a").Referrers.ListAsync(Subject.Digest).ToListAsync());
        await Assert.ThrowsAsync<InvalidDocumentException>(() => client.Repository("a").Manifests.PushAsync(Manifest("x"), MediaTypes.ImageManifest));

        Assert.Equal(content, Encoding.UTF8.GetString(_store[ListPath]));
    }

    [Fact]
    [Must("spec.md#fallback-behavior-3")]
    public async Task List_WhereThereIsNothing_IsEmpty()
    {
        await using var registry = new ScriptedRegistry(ServeAsync);
        using RegistryClient client = registry.CreateClient();

        Assert.Empty(await client.Repository("a").Referrers.ListAsync(Subject.Digest).ToListAsync());
    }

    [Fact]
    [Must("spec.md#deleting-manifests-4")]
    public async Task Delete_TakesTheManifestFromTheList_AndLeavesTheOthers()
    {
        await using var registry = new ScriptedRegistry(ServeAsync);
        using RegistryClient client = registry.CreateClient();
        Repository repository = client.Repository("a");
        Descriptor first = await repository.Manifests.PushAsync(Manifest("first"), MediaTypes.ImageManifest);
        Descriptor second = await repository.Manifests.PushAsync(Manifest("second"), MediaTypes.ImageManifest);

        Assert.True(await repository.Manifests.DeleteAsync(first.Digest));

        Assert.Equal([second.Digest], ImageIndex.Parse(_store[ListPath]).Manifests.Select(m => m.Digest));
        Assert.False(await repository.Manifests.DeleteAsync(first.Digest));
        Assert.True(await repository.Manifests.DeleteAsync(second.Digest));
        Assert.Empty(ImageIndex.Parse(_store[ListPath]).Manifests);
    }

    [Fact]
    public async Task Delete_WhereTheRegistryKeepsReferrers_LeavesTheTagAlone()
    {
        byte[] content = Manifest("x");
        await using var registry = new ScriptedRegistry(e => e.Method == "DELETE" ? e.RespondAsync(202) : e.RespondAsync(200, e.Path.Contains("/referrers/") ? Index() : content));
        using RegistryClient client = registry.CreateClient();

        await client.Repository("a").Manifests.DeleteAsync(Digest.Compute(content));

        Assert.Equal(["GET", "DELETE", "GET"], registry.Requests.Select(r => r.Split(' ')[0]));
        Assert.DoesNotContain(registry.Requests, r => r.Contains("sha256-"));
    }

    [Fact]
    public async Task Delete_OfADamagedManifest_IsDone()
    {
        await using var registry = new ScriptedRegistry(e => e.Method == "DELETE" ? e.RespondAsync(202) : e.RespondAsync(200, "damaged"u8.ToArray(), "Content-Type: application/json"));
        using RegistryClient client = registry.CreateClient();

        Assert.True(await client.Repository("a").Manifests.DeleteAsync(Subject.Digest));
    }

    [Theory]
    [InlineData("application/x.own", "application/x.own")]
    [InlineData("", "application/vnd.oci.empty.v1+json")]
    [InlineData(null, "application/vnd.oci.empty.v1+json")]
    [Must("spec.md#pushing-a-manifest-with-a-subject-field-2", "spec.md#pushing-a-manifest-with-a-subject-field-5", "spec.md#pushing-a-manifest-with-a-subject-field-6", "spec.md#pushing-a-manifest-with-a-subject-field-7", "spec.md#pushing-a-manifest-with-a-subject-field-8")]
    public async Task Push_RecordsTypeAndAnnotations(string? artifactType, string recorded)
    {
        await using var registry = new ScriptedRegistry(ServeAsync);
        using RegistryClient client = registry.CreateClient();

        await client.Repository("a").Manifests.PushAsync(Manifest("x", artifactType), MediaTypes.ImageManifest, new() { Tags = ["v1"] });
        await client.Repository("a").Manifests.PushAsync(Manifest("x", artifactType), MediaTypes.ImageManifest, new() { Tags = ["v2"] });

        Descriptor listed = Assert.Single(ImageIndex.Parse(_store[ListPath]).Manifests);
        Assert.Equal(recorded, listed.ArtifactType);
        Assert.Equal("x", listed.Annotations!["name"]);
    }

    [Fact]
    public async Task Push_WhereTheRegistrySaysThatItKeepsReferrers_WritesNoList()
    {
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(201, default, $"OCI-Subject: {Subject.Digest}"));
        using RegistryClient client = registry.CreateClient();

        await client.Repository("a").Manifests.PushAsync(Manifest("x"), MediaTypes.ImageManifest, new() { Tags = ["v1"] });

        Assert.Equal(["PUT /v2/a/manifests/v1"], registry.Requests);
    }

    private static Descriptor Referrer(string name, string type) => Descriptor.Create(MediaTypes.ImageManifest, Encoding.UTF8.GetBytes(name)) with { ArtifactType = type };

    private static byte[] Index(params Descriptor[] manifests) => new ImageIndex { MediaType = MediaTypes.ImageIndex, Manifests = manifests }.ToUtf8Bytes();

    private static byte[] Manifest(string name, string? artifactType = "application/x.test") => new ImageManifest
    {
        MediaType = MediaTypes.ImageManifest,
        ArtifactType = artifactType,
        Config = Descriptor.Create(MediaTypes.Empty, "{}"u8.ToArray()),
        Layers = [],
        Subject = Subject,
        Annotations = new Dictionary<string, string> { ["name"] = name },
    }.ToUtf8Bytes();

    private async Task ServeAsync(Exchange e)
    {
        switch (e.Method)
        {
            case "PUT":
                byte[] body = await e.ReadBodyAsync();
                _store[e.Path] = _store[$"/v2/a/manifests/{Digest.Compute(body)}"] = body;
                await e.RespondAsync(201);
                break;
            case "DELETE":
                await e.RespondAsync(_store.TryRemove(e.Path, out _) ? 202 : 404);
                break;
            default:
                bool found = _store.TryGetValue(e.Path, out byte[]? content);
                await e.RespondAsync(found ? 200 : 404, content, $"Content-Type: {_types.GetValueOrDefault(e.Path, "application/json")}");
                break;
        }
    }
}
