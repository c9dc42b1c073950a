using System.Net;
using System.Security.Cryptography;
using System.Text;
using Oci.Image;
using Oci.Image.Manifests;

namespace Oci.Interop.Tests.Registry;

/// <summary>What crane does to a registry, request by request, as its own wire traffic is: HTTP and nothing of this SDK's client.</summary>
public sealed class CraneFlowTests : IAsyncLifetime
{
    private readonly TempDirectory _folder = new();
    private RegistryProcess? _registry;

    public async ValueTask InitializeAsync() => _registry = await RegistryProcess.StartAsync(_folder.Combine("data"));

    public async ValueTask DisposeAsync()
    {
        await _registry!.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task PinByDigest_HeadByTag_TellsTheDigestThatGetAnswers()
    {
        using var client = new HttpClient { BaseAddress = _registry!.Address };
        byte[] manifest = await PushImageAsync(client, "app", "v1");

        using HttpResponseMessage head = await SendAsync(client, HttpMethod.Head, "/v2/app/manifests/v1");
        string digest = head.Headers.GetValues("Docker-Content-Digest").Single();
        await PushImageAsync(client, "app", "v1");
        using HttpResponseMessage pinned = await SendAsync(client, HttpMethod.Get, $"/v2/app/manifests/{digest}");
        using HttpResponseMessage moved = await SendAsync(client, HttpMethod.Head, "/v2/app/manifests/v1");

        Assert.Equal(Digest.Compute(manifest).ToString(), digest);
        Assert.Equal(manifest.Length, head.Content.Headers.ContentLength);
        Assert.Equal(manifest, await pinned.Content.ReadAsByteArrayAsync());
        Assert.NotEqual(digest, moved.Headers.GetValues("Docker-Content-Digest").Single());
    }

    [Fact]
    public async Task Tag_PutOfTheSameManifestUnderAnother_MovesNoBlob()
    {
        using var client = new HttpClient { BaseAddress = _registry!.Address };
        byte[] manifest = await PushImageAsync(client, "app", "v1");

        await PutManifestAsync(client, "app", "stable", MediaTypes.ImageManifest, manifest);
        await PutManifestAsync(client, "app", "stable", MediaTypes.ImageManifest, manifest);

        Assert.Equal("""{"name":"app","tags":["stable","v1"]}""", await client.GetStringAsync("/v2/app/tags/list"));
        using HttpResponseMessage get = await SendAsync(client, HttpMethod.Get, "/v2/app/manifests/stable");
        Assert.Equal(manifest, await get.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Append_ALayerToABaseOfAnotherRepository_MountsTheRest()
    {
        using var client = new HttpClient { BaseAddress = _registry!.Address };
        ImageManifest @base = ImageManifest.Parse(await PushImageAsync(client, "base", "v1"));

        foreach (Descriptor layer in @base.Layers)
        {
            using HttpResponseMessage mount = await client.PostAsync($"/v2/app/blobs/uploads/?mount={layer.Digest}&from=base", null);
            Assert.Equal(HttpStatusCode.Created, mount.StatusCode);
        }
        using HttpResponseMessage absent = await client.PostAsync($"/v2/app/blobs/uploads/?mount={Digest.Compute("absent"u8)}&from=base", null);
        Descriptor added = await PushBlobAsync(client, "app", MediaTypes.LayerGzip, RandomNumberGenerator.GetBytes(1000));
        Descriptor config = await PushBlobAsync(client, "app", MediaTypes.ImageConfig, "{\"config\":{}}"u8.ToArray());
        byte[] image = (@base with { Config = config, Layers = [.. @base.Layers, added] }).ToUtf8Bytes();
        await PutManifestAsync(client, "app", "v1", MediaTypes.ImageManifest, image);

        // A mount that cannot be done begins an upload.
        Assert.Equal(HttpStatusCode.Accepted, absent.StatusCode);
        Assert.NotNull(absent.Headers.Location);
        foreach (Descriptor layer in ImageManifest.Parse(image).Layers)
        {
            Assert.Equal(layer.Digest, Digest.Compute(await client.GetByteArrayAsync($"/v2/app/blobs/{layer.Digest}")));
        }
    }

    [Fact]
    public async Task IndexAppend_TwoPlatforms_IsPulledWhole()
    {
        using var client = new HttpClient { BaseAddress = _registry!.Address };
        var manifests = new List<Descriptor>();
        foreach (string architecture in (string[])["amd64", "arm64"])
        {
            byte[] manifest = await PushImageAsync(client, "app", architecture);
            manifests.Add(Descriptor.Create(MediaTypes.ImageManifest, manifest) with { Platform = new Platform { Os = "linux", Architecture = architecture } });
        }
        byte[] index = new ImageIndex { MediaType = MediaTypes.ImageIndex, Manifests = manifests }.ToUtf8Bytes();

        await PutManifestAsync(client, "app", "v1", MediaTypes.ImageIndex, index);

        using HttpResponseMessage get = await SendAsync(client, HttpMethod.Get, "/v2/app/manifests/v1");
        Assert.Equal(MediaTypes.ImageIndex.ToString(), get.Content.Headers.ContentType!.ToString());
        Assert.Equal(index, await get.Content.ReadAsByteArrayAsync());
        foreach (Descriptor manifest in manifests)
        {
            using HttpResponseMessage one = await SendAsync(client, HttpMethod.Get, $"/v2/app/manifests/{manifest.Digest}");
            Assert.Equal(manifest.Digest, Digest.Compute(await one.Content.ReadAsByteArrayAsync()));
        }
    }

    private static async Task<byte[]> PushImageAsync(HttpClient client, string repository, string tag)
    {
        byte[] manifest = new ImageManifest
        {
            MediaType = MediaTypes.ImageManifest,
            Config = await PushBlobAsync(client, repository, MediaTypes.ImageConfig, Encoding.UTF8.GetBytes($$"""{"architecture":"amd64","os":"linux","author":"{{Guid.NewGuid()}}"}""")),
            Layers = [await PushBlobAsync(client, repository, MediaTypes.LayerGzip, RandomNumberGenerator.GetBytes(200_000))],
        }.ToUtf8Bytes();
        await PutManifestAsync(client, repository, tag, MediaTypes.ImageManifest, manifest);
        return manifest;
    }

    // As go-containerregistry does: HEAD, POST, PATCH with all of it, PUT without a body.
    private static async Task<Descriptor> PushBlobAsync(HttpClient client, string repository, MediaType mediaType, byte[] content)
    {
        Descriptor blob = Descriptor.Create(mediaType, content);
        using HttpResponseMessage head = await SendAsync(client, HttpMethod.Head, $"/v2/{repository}/blobs/{blob.Digest}");
        Assert.Equal(HttpStatusCode.NotFound, head.StatusCode);
        using HttpResponseMessage post = await client.PostAsync($"/v2/{repository}/blobs/uploads/", null);
        Assert.Equal(HttpStatusCode.Accepted, post.StatusCode);
        using HttpResponseMessage patch = await client.PatchAsync(post.Headers.Location, new ByteArrayContent(content));
        Assert.Equal(HttpStatusCode.Accepted, patch.StatusCode);
        string location = patch.Headers.Location!.ToString();
        using HttpResponseMessage put = await client.PutAsync($"{location}{(location.Contains('?') ? '&' : '?')}digest={blob.Digest}", null);
        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        return blob;
    }

    private static async Task PutManifestAsync(HttpClient client, string repository, string reference, MediaType mediaType, byte[] manifest)
    {
        var content = new ByteArrayContent(manifest);
        content.Headers.ContentType = new(mediaType.ToString());
        using HttpResponseMessage put = await client.PutAsync($"/v2/{repository}/manifests/{reference}", content);
        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
    }

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.Accept.ParseAdd(MediaTypes.ImageIndex.ToString());
        request.Headers.Accept.ParseAdd(MediaTypes.ImageManifest.ToString());
        return client.SendAsync(request);
    }
}
