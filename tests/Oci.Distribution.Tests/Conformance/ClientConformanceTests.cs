using System.Collections.Concurrent;
using System.Text;
using Oci.Distribution.Authentication;
using Oci.Distribution.Referrers;
using Oci.Distribution.Tags;
using Oci.Distribution.Tests.Uploads;
using Oci.Distribution.Uploads;
using Oci.Image;
using Oci.Image.Manifests;

namespace Oci.Distribution.Tests.Conformance;

/// <summary>Demands of distribution-spec on clients that no other test is about.</summary>
public sealed class ClientConformanceTests
{
    private static readonly byte[] Content = new byte[700_000];
    private static readonly Descriptor Blob = Descriptor.Create(MediaTypes.Layer, Content);
    private static readonly byte[] Manifest = Encoding.UTF8.GetBytes($$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.ImageManifest}}","config":{},"layers":[]}""");

    [Fact]
    [Must("spec.md#legacy-docker-support-http-headers-1")]
    public async Task Client_NeedsNoHeaderOfDockers()
    {
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(e.Method is "PUT" or "POST" ? 201 : 200, e.Path.Contains("/manifests/") ? Manifest : e.Path.Contains("/blobs/") ? Content : default));
        using RegistryClient client = registry.CreateClient();
        Repository repository = client.Repository("a");

        await client.PingAsync();
        Assert.Equal(Digest.Compute(Manifest), (await repository.Manifests.GetAsync("v1"))!.Descriptor.Digest);
        Assert.Equal(Content, await repository.ReadAsync(Blob));
        Assert.True(await repository.ExistsAsync(Blob));
        await repository.Manifests.PushAsync(Manifest, MediaTypes.ImageManifest, new() { Tags = ["v1"] });
        Assert.True(await repository.Blobs.MountAsync(Blob.Digest, "b"));
    }

    [Theory]
    [InlineData("TAG_INVALID")]
    [InlineData("MANIFEST_UNVERIFIED")]
    [InlineData("NEVER_HEARD_OF")]
    [Must("spec.md#legacy-docker-support-error-codes-1")]
    public async Task Errors_OfWhateverCode_AreToldByTheirStatus(string code)
    {
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(400, Encoding.UTF8.GetBytes($$"""{"errors":[{"code":"{{code}}"}]}""")));
        using RegistryClient client = registry.CreateClient();

        var e = await Assert.ThrowsAsync<RegistryException>(() => client.Repository("a").Manifests.GetAsync("v1"));

        Assert.Equal(400, (int)e.StatusCode!);
        Assert.True(e.Has(code));
        Assert.Single(registry.Requests);
    }

    [Theory]
    [InlineData("sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "sha256-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("blake3:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", "blake3-bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb")]
    [InlineData("sha512:ccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd", null)]
    [InlineData("sha512:ccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccdddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd", "sha512-cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc")]
    [Must("spec.md#referrers-tag-schema-1", "spec.md#referrers-tag-schema-2", "spec.md#referrers-tag-schema-3", "spec.md#referrers-tag-schema-4")]
    public void ReferrersTag_IsThatOfTheSpec(string digest, string? tag)
    {
        // Names of algorithms that are cut, or hold what a tag may not, are none that a Digest can have.
        if (!Digest.TryParse(digest, out Digest parsed))
        {
            Assert.Null(tag);
            return;
        }
        Assert.Equal(tag, ReferrersTag.For(parsed));
        ReferenceGrammar.CheckTag(tag!);
        Assert.InRange(parsed.AlgorithmName.Length, 1, 32);
    }

    [Fact]
    [Must("spec.md#implementers-note-1")]
    public async Task List_WithALink_GoesByThatAlone()
    {
        await using var registry = new ScriptedRegistry(e => e.Target.Contains("token")
            ? e.RespondAsync(200, """{"tags":["z"]}"""u8.ToArray())
            : e.RespondAsync(200, """{"tags":["a","b"]}"""u8.ToArray(), "Link: </v2/a/tags/list?token=opaque>; rel=\"next\""));
        using RegistryClient client = registry.CreateClient();

        Assert.Equal(["a", "b", "z"], await client.Repository("a").Tags.ListAsync(new PageOptions { PageSize = 2 }).ToListAsync());

        Assert.Equal(["GET /v2/a/tags/list?n=2", "GET /v2/a/tags/list?token=opaque"], registry.Requests);
    }

    [Fact]
    [Must("spec.md#pulling-blobs-3", "spec.md#pulling-blobs-4")]
    public async Task Blob_IsCheckedAgainstItsDigest_WhateverTheHeadSays()
    {
        byte[] body = Content;
        string told = Digest.Compute("other"u8).ToString();
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(200, body, $"Docker-Content-Digest: {told}"));
        using RegistryClient client = registry.CreateClient();

        // Where it is used, it is checked: a head that names another digest is no word that this one is there.
        Assert.False(await client.Repository("a").ExistsAsync(Blob));
        Assert.Equal(Content, await client.Repository("a").ReadAsync(Blob));
        told = Blob.Digest.ToString();
        body = [.. Content];
        body[5] = 1;
        await Assert.ThrowsAsync<ContentMismatchException>(() => client.Repository("a").ReadAsync(Blob));
    }

    [Fact]
    [Must("spec.md#pushing-a-blob-in-chunks-1", "spec.md#pushing-a-blob-in-chunks-3", "spec.md#pushing-a-blob-in-chunks-4", "spec.md#pushing-a-blob-in-chunks-5",
        "spec.md#pushing-a-blob-in-chunks-8", "spec.md#pushing-a-blob-in-chunks-9", "spec.md#pushing-a-blob-in-chunks-11", "spec.md#pushing-a-blob-in-chunks-12")]
    public async Task Chunks_AreSentInOrder_EachToTheLocationOfTheAnswerBefore()
    {
        var seen = new ConcurrentQueue<string>();
        var uploads = new ScriptedUploads
        {
            Before = (e, _) =>
            {
                seen.Enqueue($"{e.Method} {e.Target} {e["Content-Length"]} {e["Content-Range"]}".TrimEnd());
                return Task.FromResult(false);
            },
        };
        await using var registry = new ScriptedRegistry(uploads.ServeAsync);
        using RegistryClient client = registry.CreateClient(o => o.ChunkSize = 300_000);

        await client.Repository("a").Blobs.PushAsync(Blob, new MemoryStream(Content), new PushBlobOptions { Chunked = true, SkipExistsCheck = true });

        Assert.Equal(
            [
                "POST /v2/a/blobs/uploads/ 0",
                "PATCH /v2/a/blobs/uploads/session?state=1%2F 300000 0-299999",
                "PATCH /v2/a/blobs/uploads/session?state=2%2F 300000 300000-599999",
                "PATCH /v2/a/blobs/uploads/session?state=3%2F 100000 600000-699999",
                $"PUT /v2/a/blobs/uploads/session?state=4%2F&digest={Blob.Digest} 0",
            ],
            seen);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(405)]
    [InlineData(500)]
    [Must("spec.md#cancel-a-blob-upload-2", "spec.md#cancel-a-blob-upload-3")]
    public async Task Cancel_ThatFails_LeavesTheFirstErrorStanding(int status)
    {
        var uploads = new ScriptedUploads
        {
            Before = async (e, _) =>
            {
                if (e.Method is "PUT" or "DELETE")
                {
                    await e.RespondAsync(e.Method == "PUT" ? 403 : status);
                    return true;
                }
                return false;
            },
        };
        await using var registry = new ScriptedRegistry(uploads.ServeAsync);
        using RegistryClient client = registry.CreateClient();

        var e = await Assert.ThrowsAsync<RegistryException>(() => client.Repository("a").AddAsync(Blob, new MemoryStream(Content)));

        Assert.Equal(403, (int)e.StatusCode!);
        Assert.Contains(registry.Requests, r => r.StartsWith("DELETE /v2/a/blobs/uploads/session", StringComparison.Ordinal));
    }

    [Fact]
    [Must("spec.md#mounting-a-blob-from-another-repository-2")]
    public async Task Mount_DoesNotGoByTheDigestOfTheAnswer()
    {
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(e.Method == "POST" ? 201 : 200, Content, $"Docker-Content-Digest: {Digest.Compute(DigestAlgorithm.Sha512, Content)}"));
        using RegistryClient client = registry.CreateClient();

        Assert.True(await client.Repository("a").Blobs.MountAsync(Blob.Digest, "b"));
        // What was mounted is checked where it is read.
        Assert.Equal(Content, await client.Repository("a").ReadAsync(Blob));
    }

    [Fact]
    [Must("spec.md#registry-proxying-1", "spec.md#registry-proxying-2", "spec.md#registry-proxying-4", "spec.md#registry-proxying-5")]
    public async Task Registry_IsTheFirstPartOfTheName_AndIsToldNoOther()
    {
        await using var registry = new ScriptedRegistry(e => e.RespondAsync(200, Manifest));
        Reference reference = Reference.Parse($"{registry.Address.Authority}/team/app:v1");
        using RegistryClient client = RegistryClient.For(reference);

        Assert.NotNull(await client.Repository(reference.Repository).Manifests.GetAsync(reference.Tag!));

        // No "ns": this client asks the host that the name begins with, and knows of mirrors by their own references.
        Assert.Equal(["GET /v2/team/app/manifests/v1"], registry.Requests);
    }

    [Fact]
    [Must("spec.md#registry-proxying-6")]
    public async Task Credentials_OfTheUpstream_AreNotSentToAnotherHost()
    {
        var logins = new ConcurrentQueue<string?>();
        await using var proxy = new ScriptedRegistry(e =>
        {
            logins.Enqueue(e["Authorization"]);
            return e.RespondAsync(401, default, "WWW-Authenticate: Basic realm=\"proxy\"");
        });
        using RegistryClient client = proxy.CreateClient(o => o.Credentials = new StaticCredentialSource("upstream.example", RegistryCredential.FromPassword("me", "secret")));

        await Assert.ThrowsAsync<RegistryAuthenticationException>(() => client.Repository("a").Manifests.GetAsync("v1"));

        Assert.All(logins, Assert.Null);
    }

    [Fact]
    [Must("spec.md#pushing-manifests-4", "spec.md#expected-content-of-the-referrers-tag-1")]
    public async Task ListOfReferrers_ThatTheClientMakes_HasItsMediaType()
    {
        byte[]? list = null;
        string? type = null;
        await using var registry = new ScriptedRegistry(async e =>
        {
            if (e.Method == "PUT" && e.Path.Contains("sha256-"))
            {
                (list, type) = (await e.ReadBodyAsync(), e["Content-Type"]);
            }
            await e.RespondAsync(e.Method == "PUT" ? 201 : 404);
        });
        using RegistryClient client = registry.CreateClient();
        byte[] referrer = new ImageManifest { Config = Descriptor.Create(MediaTypes.Empty, "{}"u8), Layers = [], Subject = Blob }.ToUtf8Bytes();

        await client.Repository("a").Manifests.PushAsync(referrer, MediaTypes.ImageManifest);

        ImageIndex index = ImageIndex.Parse(list);
        Assert.Equal(MediaTypes.ImageIndex, index.MediaType);
        Assert.Equal(MediaTypes.ImageIndex.ToString(), type);
        Assert.Equal(Digest.Compute(referrer), Assert.Single(index.Manifests).Digest);
    }

    [Fact]
    [Must("spec.md#pushing-manifests-16")]
    public async Task Manifest_OfFourMebibytes_IsReadAndPushed()
    {
        byte[] large = Encoding.UTF8.GetBytes($$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.ImageManifest}}","padding":"{{new string('x', (4 << 20) - 102)}}"}""");
        byte[]? pushed = null;
        await using var registry = new ScriptedRegistry(async e =>
        {
            pushed = e.Method == "PUT" ? await e.ReadBodyAsync() : pushed;
            await e.RespondAsync(e.Method switch { "PUT" => 201, "GET" => 200, _ => 404 }, large);
        });
        using RegistryClient client = registry.CreateClient();
        Descriptor descriptor = Descriptor.Create(MediaTypes.ImageManifest, large);

        await client.Repository("a").AddAsync(descriptor, new MemoryStream(large));

        Assert.Equal(large, pushed);
        Assert.Equal(large, (await client.Repository("a").Manifests.GetAsync(descriptor.Digest))!.Content.ToArray());
        Assert.InRange(large.Length, (4 << 20) - 20, 4 << 20);
    }
}
