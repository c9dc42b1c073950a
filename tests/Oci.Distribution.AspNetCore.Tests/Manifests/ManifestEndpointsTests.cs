using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Oci.Image;
using Oci.Image.Manifests;

namespace Oci.Distribution.AspNetCore.Tests.Manifests;

/// <summary>distribution-spec, "Pulling manifests", "Pushing Manifests" and "Deleting Manifests" (end-3, end-7, end-9).</summary>
public sealed class ManifestEndpointsTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Must("spec.md#pulling-manifests-5", "spec.md#pulling-manifests-6", "spec.md#pulling-manifests-8", "spec.md#pulling-manifests-10", "spec.md#pulling-manifests-13", "spec.md#pushing-manifests-6", "spec.md#pushing-manifests-8", "spec.md#pushing-manifests-9", "spec.md#checking-if-content-exists-head-requests-1")]
    public async Task Put_ByTag_MustAnswer201AndServesTheSameBytesByTagAndDigest(bool onDisk)
    {
        await using RegistryHosts hosts = await RegistryHosts.StartAsync(onDisk);
        byte[] manifest = await hosts.Host.PushImageAsync("a/b", "v1");
        Digest digest = Digest.Compute(manifest);

        foreach (string reference in (string[])["v1", digest.ToString()])
        {
            using HttpResponseMessage get = await hosts.Host.Client.GetAsync($"/v2/a/b/manifests/{reference}");
            using HttpResponseMessage head = await hosts.Host.SendAsync(HttpMethod.Head, $"/v2/a/b/manifests/{reference}");

            Assert.Equal(HttpStatusCode.OK, get.StatusCode);
            Assert.Equal(manifest, await get.Content.ReadAsByteArrayAsync());
            Assert.Equal(HttpStatusCode.OK, head.StatusCode);
            Assert.Equal(manifest.Length, head.Content.Headers.ContentLength);
            Assert.All([get, head], response =>
            {
                Assert.Equal("application/vnd.oci.image.manifest.v1+json", response.Content.Headers.ContentType?.ToString());
                Assert.Equal(digest.ToString(), response.Headers.GetValues("Docker-Content-Digest").Single());
            });
        }
    }

    [Fact]
    [Must("spec.md#pushing-manifests-6", "spec.md#pushing-manifests-9", "spec.md#pushing-manifests-10", "spec.md#pushing-manifests-11")]
    public async Task Put_ByDigest_MustAnswer201WithAPullableLocation()
    {
        await using RegistryHost host = await RegistryHost.StartAsync();
        byte[] manifest = await host.PushImageAsync("a", "");

        using HttpResponseMessage response = await host.PutManifestAsync("a", Digest.Compute(manifest).ToString(), manifest);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal(manifest, await host.Client.GetByteArrayAsync(response.Headers.Location));
        using HttpResponseMessage tags = await host.Client.GetAsync("/v2/a/tags/list");
        Assert.Equal("""{"name":"a","tags":[]}""", await tags.Content.ReadAsStringAsync());
    }

    [Fact]
    [Must("spec.md#pushing-manifests-11", "spec.md#pushing-manifests-19")]
    public async Task Put_DigestOfOtherBytes_MustAnswer400()
    {
        await using RegistryHost host = await RegistryHost.StartAsync();
        byte[] manifest = await host.PushImageAsync("a", "v1");

        using HttpResponseMessage response = await host.PutManifestAsync("a", Digest.Compute(manifest).ToString(), [.. manifest, (byte)' ']);

        await RegistryHost.AssertErrorAsync(response, HttpStatusCode.BadRequest, "DIGEST_INVALID");
    }

    [Fact]
    [Must("spec.md#pushing-manifests-11", "spec.md#pushing-manifests-18")]
    public async Task Put_Sha512WithTags_IsFoundByEachAndSaysSoInOciTag()
    {
        await using RegistryHosts hosts = await RegistryHosts.StartAsync(onDisk: true);
        byte[] manifest = await hosts.Host.PushImageAsync("a", "old");
        Digest digest = Digest.Compute(DigestAlgorithm.Sha512, manifest);

        using HttpResponseMessage response = await hosts.Host.PutManifestAsync("a", $"{digest}?tag=one&tag=two", manifest);
        using HttpResponseMessage byTag = await hosts.Host.Client.GetAsync("/v2/a/manifests/two");

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal(["one", "two"], response.Headers.GetValues("OCI-Tag"));
        Assert.Equal(digest.ToString(), byTag.Headers.GetValues("Docker-Content-Digest").Single());
        Assert.Equal(manifest, await byTag.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData(".INVALID")]
    [InlineData("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [Must("spec.md#pulling-manifests-14", "spec.md#pushing-manifests-13", "spec.md#deleting-manifests-2", "spec.md#checking-if-content-exists-head-requests-3")]
    public async Task Get_ManifestThatIsNotThere_MustAnswer404(string reference)
    {
        await using RegistryHost host = await RegistryHost.StartAsync();

        using HttpResponseMessage get = await host.Client.GetAsync($"/v2/a/manifests/{reference}");
        using HttpResponseMessage delete = await host.Client.DeleteAsync($"/v2/a/manifests/{reference}");
        using HttpResponseMessage head = await host.SendAsync(HttpMethod.Head, $"/v2/a/manifests/{reference}");

        await RegistryHost.AssertErrorAsync(get, HttpStatusCode.NotFound, "MANIFEST_UNKNOWN");
        Assert.Equal(HttpStatusCode.NotFound, head.StatusCode);
        await RegistryHost.AssertErrorAsync(delete, HttpStatusCode.NotFound, "MANIFEST_UNKNOWN");
    }

    [Fact]
    [Must("spec.md#push-2")]
    public async Task Put_BlobsThatAreNotThere_NamesEachOfThem()
    {
        await using RegistryHost host = await RegistryHost.StartAsync();
        byte[] manifest = ManifestOf("config"u8.ToArray(), "layer"u8.ToArray());
        await host.PushBlobAsync("other", "config"u8.ToArray());

        using HttpResponseMessage response = await host.PutManifestAsync("a", "v1", manifest);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        JsonElement errors = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors");
        Assert.Equal(2, errors.GetArrayLength());
        Assert.All(errors.EnumerateArray(), error => Assert.Equal("MANIFEST_BLOB_UNKNOWN", error.GetProperty("code").GetString()));
        Assert.Equal(Digest.Compute("layer"u8).ToString(), errors[1].GetProperty("detail").GetProperty("digest").GetString());
    }

    [Fact]
    public async Task Put_SparseImageAndIndexWhereAllowed_AreTaken()
    {
        await using RegistryHost host = await RegistryHost.StartAsync(configure: options => options.AllowSparseImages = options.AllowSparseIndexes = true);
        byte[] image = ManifestOf("config"u8.ToArray(), "layer"u8.ToArray());

        using HttpResponseMessage putImage = await host.PutManifestAsync("a", "image", image);
        using HttpResponseMessage putIndex = await host.PutManifestAsync("a", "index", IndexOf("missing"u8.ToArray()), MediaTypes.ImageIndex);

        Assert.Equal(HttpStatusCode.Created, putImage.StatusCode);
        Assert.Equal(HttpStatusCode.Created, putIndex.StatusCode);
    }

    [Fact]
    public async Task Put_Index_IsTakenOnceItsManifestsAreThere()
    {
        await using RegistryHost host = await RegistryHost.StartAsync();
        byte[] image = await host.PushImageAsync("a", "");

        using HttpResponseMessage missing = await host.PutManifestAsync("a", "v1", IndexOf("missing"u8.ToArray()), MediaTypes.ImageIndex);
        using HttpResponseMessage taken = await host.PutManifestAsync("a", "v1", IndexOf(image), MediaTypes.ImageIndex);

        await RegistryHost.AssertErrorAsync(missing, HttpStatusCode.NotFound, "MANIFEST_BLOB_UNKNOWN");
        Assert.Equal(HttpStatusCode.Created, taken.StatusCode);
    }

    [Fact]
    public async Task Put_NondistributableLayer_NeedNotBeThere()
    {
        await using RegistryHost host = await RegistryHost.StartAsync();
        await host.PushBlobAsync("a", "config"u8.ToArray());
        byte[] manifest = ManifestOf("config"u8.ToArray(), "far away"u8.ToArray(), MediaTypes.LayerNondistributableGzip);

        using HttpResponseMessage response = await host.PutManifestAsync("a", "v1", manifest);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{"schemaVersion":1,"config":{},"layers":[]}""")]
    [InlineData("""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}""")]
    [InlineData("""{"schemaVersion":2,"schemaVersion":2,"config":{"mediaType":"a/b","digest":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","size":0},"layers":[]}""")]
    [InlineData("""{"schemaVersion":2,"config":{"mediaType":"a/b","digest":"sha256:../../../etc/passwd","size":0},"layers":[]}""")]
    [InlineData("""{"schemaVersion":2,"config":{"mediaType":"a/b","digest":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","size":-1},"layers":[]}""")]
    public async Task Put_NotAManifest_Answers400(string json)
    {
        await using RegistryHost host = await RegistryHost.StartAsync();

        using HttpResponseMessage response = await host.PutManifestAsync("a", "v1", Encoding.UTF8.GetBytes(json));

        await RegistryHost.AssertErrorAsync(response, HttpStatusCode.BadRequest, "MANIFEST_INVALID");
    }

    [Fact]
    public async Task Put_DescriptorOfAnotherSize_Answers400()
    {
        await using RegistryHost host = await RegistryHost.StartAsync();
        byte[] config = "config"u8.ToArray();
        await host.PushBlobAsync("a", config);
        byte[] manifest = new ImageManifest { Config = Descriptor.Create(MediaTypes.ImageConfig, config) with { Size = 7 }, Layers = [] }.ToUtf8Bytes();

        using HttpResponseMessage response = await host.PutManifestAsync("a", "v1", manifest);

        await RegistryHost.AssertErrorAsync(response, HttpStatusCode.BadRequest, "MANIFEST_INVALID");
    }

    [Theory]
    [InlineData("application/vnd.oci.image.index.v1+json")]
    [InlineData("application/octet-stream")]
    [InlineData("nonsense")]
    public async Task Put_OtherContentType_Answers400(string contentType)
    {
        await using RegistryHost host = await RegistryHost.StartAsync();
        byte[] manifest = await host.PushImageAsync("a", "v1");

        using HttpResponseMessage response = await host.SendAsync(HttpMethod.Put, "/v2/a/manifests/v2", new ByteArrayContent(manifest), ("Content-Type", contentType));

        await RegistryHost.AssertErrorAsync(response, HttpStatusCode.BadRequest, "MANIFEST_INVALID");
    }

    [Theory]
    [InlineData("""{"anything":[1,2,3]}""", HttpStatusCode.Created)]
    [InlineData("""{"mediaType":"application/vnd.example+json"}""", HttpStatusCode.Created)]
    [InlineData("""{"mediaType":"application/vnd.other+json"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"a":1,"a":2}""", HttpStatusCode.BadRequest)]
    [InlineData("""["a"]""", HttpStatusCode.BadRequest)]
    [InlineData("""{"subject":"x"}""", HttpStatusCode.BadRequest)]
    public async Task Put_UnknownKindOfManifest_IsKeptVerbatimWhereItIsJson(string json, HttpStatusCode status)
    {
        await using RegistryHost host = await RegistryHost.StartAsync();
        var mediaType = MediaType.Parse("application/vnd.example+json");

        using HttpResponseMessage response = await host.PutManifestAsync("a", "v1", Encoding.UTF8.GetBytes(json), mediaType);

        Assert.Equal(status, response.StatusCode);
        if (status == HttpStatusCode.Created)
        {
            Assert.Equal(json, await host.Client.GetStringAsync("/v2/a/manifests/v1"));
        }
    }

    [Fact]
    [Must("spec.md#pushing-manifests-14", "spec.md#pushing-manifests-15", "spec.md#pushing-manifests-16")]
    public async Task Put_ManifestOf4MiB_IsTakenAndOneByteMoreIs413()
    {
        await using RegistryHost host = await RegistryHost.StartAsync();
        var mediaType = MediaType.Parse("application/vnd.example+json");
        byte[] largest = Encoding.UTF8.GetBytes($$"""{"a":"{{new string('x', 4 * 1024 * 1024 - 8)}}"}""");

        using HttpResponseMessage taken = await host.PutManifestAsync("a", "v1", largest, mediaType);
        using HttpResponseMessage refused = await host.PutManifestAsync("a", "v2", [.. largest, (byte)' '], mediaType);
        using HttpResponseMessage streamed = await host.SendAsync(HttpMethod.Put, "/v2/a/manifests/v3", new StreamContent(new ZeroStream(5_000_000)), ("Content-Type", mediaType.ToString()), ("Transfer-Encoding", "chunked"));

        Assert.Equal(4 * 1024 * 1024, largest.Length);
        Assert.Equal(HttpStatusCode.Created, taken.StatusCode);
        await RegistryHost.AssertErrorAsync(refused, HttpStatusCode.RequestEntityTooLarge, "SIZE_INVALID");
        await RegistryHost.AssertErrorAsync(streamed, HttpStatusCode.RequestEntityTooLarge, "SIZE_INVALID");
    }

    [Theory]
    [InlineData(".tag")]
    [InlineData("a%2fb")]
    [InlineData("..%2f..%2fx")]
    [Must("spec.md#pulling-manifests-3", "spec.md#pushing-manifests-6")]
    public async Task Put_NoTag_Answers400(string reference)
    {
        await using RegistryHost host = await RegistryHost.StartAsync();

        using HttpResponseMessage response = await host.PutManifestAsync("a", reference, "{}"u8.ToArray());

        await RegistryHost.AssertErrorAsync(response, HttpStatusCode.BadRequest, "MANIFEST_INVALID");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Must("spec.md#deleting-manifests-1")]
    public async Task Delete_ByDigest_MustAnswer202AndTakesItsTagsAlong(bool onDisk)
    {
        await using RegistryHosts hosts = await RegistryHosts.StartAsync(onDisk);
        byte[] manifest = await hosts.Host.PushImageAsync("a", "v1");
        await hosts.Host.PushImageAsync("a", "v2");
        await hosts.Host.PushImageAsync("a", "other", "other");

        using HttpResponseMessage deleted = await hosts.Host.Client.DeleteAsync($"/v2/a/manifests/{Digest.Compute(manifest)}");
        using HttpResponseMessage gone = await hosts.Host.Client.GetAsync("/v2/a/manifests/v2");

        Assert.Equal(HttpStatusCode.Accepted, deleted.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        Assert.Equal("""{"name":"a","tags":["other"]}""", await hosts.Host.Client.GetStringAsync("/v2/a/tags/list"));
    }

    [Fact]
    [Must("spec.md#deleting-tags-1")]
    public async Task Delete_ByTag_MustAnswer202AndKeepsTheManifest()
    {
        await using RegistryHost host = await RegistryHost.StartAsync();
        byte[] manifest = await host.PushImageAsync("a", "v1");

        using HttpResponseMessage deleted = await host.Client.DeleteAsync("/v2/a/manifests/v1");
        using HttpResponseMessage byTag = await host.Client.GetAsync("/v2/a/manifests/v1");
        using HttpResponseMessage byDigest = await host.Client.GetAsync($"/v2/a/manifests/{Digest.Compute(manifest)}");

        Assert.Equal(HttpStatusCode.Accepted, deleted.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, byTag.StatusCode);
        Assert.Equal(HttpStatusCode.OK, byDigest.StatusCode);
    }

    [Fact]
    public async Task Get_AfterARestart_ServesWhatWasAnswered201()
    {
        using var folder = new TempDirectory();
        byte[] manifest;
        await using (RegistryHost first = await RegistryHost.StartAsync(folder.Path))
        {
            manifest = await first.PushImageAsync("a", "v1");
        }
        await using RegistryHost second = await RegistryHost.StartAsync(folder.Path);

        Assert.Equal(manifest, await second.Client.GetByteArrayAsync("/v2/a/manifests/v1"));
    }

    private static byte[] ManifestOf(byte[] config, byte[] layer, MediaType? layerType = null) => new ImageManifest
    {
        MediaType = MediaTypes.ImageManifest,
        Config = Descriptor.Create(MediaTypes.ImageConfig, config),
        Layers = [Descriptor.Create(layerType ?? MediaTypes.Layer, layer)],
    }.ToUtf8Bytes();

    private static byte[] IndexOf(byte[] manifest) => new ImageIndex
    {
        MediaType = MediaTypes.ImageIndex,
        Manifests = [Descriptor.Create(MediaTypes.ImageManifest, manifest)],
    }.ToUtf8Bytes();
}
