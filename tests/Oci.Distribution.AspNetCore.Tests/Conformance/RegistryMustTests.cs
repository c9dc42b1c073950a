using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Oci.Image;
using Oci.Image.Manifests;

namespace Oci.Distribution.AspNetCore.Tests.Conformance;

/// <summary>Demands of distribution-spec that are not about one endpoint.</summary>
public sealed class RegistryMustTests
{
    // distribution-spec, "Error Codes".
    private static readonly string[] Codes =
    [
        "BLOB_UNKNOWN", "BLOB_UPLOAD_INVALID", "BLOB_UPLOAD_UNKNOWN", "DIGEST_INVALID", "MANIFEST_BLOB_UNKNOWN", "MANIFEST_INVALID", "MANIFEST_UNKNOWN",
        "NAME_INVALID", "NAME_UNKNOWN", "SIZE_INVALID", "UNAUTHORIZED", "DENIED", "UNSUPPORTED", "TOOMANYREQUESTS",
    ];

    private static readonly Digest Missing = Digest.Compute("nothing has these bytes"u8);

    [Fact]
    [Must("spec.md#requirements-1", "spec.md#requirements-2", "spec.md#requirements-3")]
    public async Task Requests_ToEveryEndpointOfTheSpec_AreServed()
    {
        await using RegistryHost host = await RegistryHost.StartAsync();
        Digest manifest = Digest.Compute(await host.PushImageAsync("a", "v1"));
        Digest blob = await host.PushBlobAsync("a", "blob"u8.ToArray());
        string session = await host.StartUploadAsync("a");
        (string Method, string Path, int Status)[] requests =
        [
            ("GET", "/v2/", 200),
            ("GET", $"/v2/a/blobs/{blob}", 200),
            ("HEAD", $"/v2/a/blobs/{blob}", 200),
            ("GET", $"/v2/a/manifests/{manifest}", 200),
            ("HEAD", "/v2/a/manifests/v1", 200),
            ("POST", "/v2/a/blobs/uploads/", 202),
            ("POST", $"/v2/b/blobs/uploads/?mount={blob}&from=a", 201),
            ("PATCH", session, 202),
            ("GET", session, 204),
            ("DELETE", session, 204),
            ("GET", "/v2/a/tags/list", 200),
            ("GET", "/v2/a/tags/list?n=1&last=v0", 200),
            ("GET", $"/v2/a/referrers/{manifest}", 200),
            ("GET", $"/v2/a/referrers/{manifest}?artifactType=a/b", 200),
            ("DELETE", "/v2/a/manifests/v1", 202),
            ("DELETE", $"/v2/a/manifests/{manifest}", 202),
            ("DELETE", $"/v2/a/blobs/{blob}", 202),
        ];

        foreach ((string method, string path, int status) in requests)
        {
            using HttpResponseMessage response = await host.SendAsync(new HttpMethod(method), path);
            Assert.Equal($"{method} {path} {status}", $"{method} {path} {(int)response.StatusCode}");
        }
    }

    [Fact]
    [Must("spec.md#error-codes-1", "spec.md#error-codes-2", "spec.md#error-codes-3", "spec.md#error-codes-4")]
    public async Task Requests_ThatAreRefused_GetErrorsOfTheSpecsFormAndList()
    {
        await using RegistryHost host = await RegistryHost.StartAsync(configure: options => options.AllowDelete = false);
        (string Method, string Path, string? Body)[] requests =
        [
            ("GET", "/v2/nothing/here", null),
            ("GET", "/v2/NOT_A_NAME/tags/list", null),
            ("GET", "/v2/nothing/tags/list", null),
            ("GET", "/v2/a/tags/list?n=x", null),
            ("GET", $"/v2/a/blobs/{Missing}", null),
            ("GET", "/v2/a/blobs/sha256:zz", null),
            ("GET", "/v2/a/manifests/nothing", null),
            ("GET", "/v2/a/referrers/nothing", null),
            ("GET", $"/v2/a/blobs/uploads/{new string('0', 32)}", null),
            ("PUT", "/v2/a/manifests/v1", "not json"),
            ("PUT", $"/v2/a/manifests/{Missing}", "{}"),
            ("POST", $"/v2/a/blobs/uploads/?digest={Missing}", "other"),
            ("DELETE", $"/v2/a/blobs/{Missing}", null),
            ("PUT", "/v2/a/tags/list", null),
        ];

        foreach ((string method, string path, string? body) in requests)
        {
            using HttpResponseMessage response = await host.SendAsync(new HttpMethod(method), path, body is null ? null : new StringContent(body), body is null ? [] : [("Content-Type", "application/vnd.oci.image.manifest.v1+json")]);
            using JsonDocument document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());

            Assert.InRange((int)response.StatusCode, 400, 499);
            Assert.Equal("application/json", response.Content.Headers.ContentType?.ToString());
            Assert.Equal("errors", Assert.Single(document.RootElement.EnumerateObject()).Name);
            Assert.NotEmpty(document.RootElement.GetProperty("errors").EnumerateArray());
            Assert.All(document.RootElement.GetProperty("errors").EnumerateArray(), error =>
            {
                Assert.Matches(new Regex("^[A-Z_]+$"), error.GetProperty("code").GetString());
                Assert.Contains(error.GetProperty("code").GetString(), Codes);
                Assert.Matches(new Regex(@"^['A-Z].* .*"), error.GetProperty("message").GetString());
            });
        }
    }

    [Fact]
    [Must("spec.md#pull-1")]
    public async Task Get_ManifestAndBlobsInAnyOrder_AreServed()
    {
        await using RegistryHost host = await RegistryHost.StartAsync();
        byte[] content = await host.PushImageAsync("a", "v1");
        ImageManifest manifest = ImageManifest.Parse(content);
        string[] paths = ["manifests/v1", $"blobs/{manifest.Config.Digest}", $"blobs/{manifest.Layers[0].Digest}", $"manifests/{Digest.Compute(content)}"];

        foreach (string path in paths.Concat(paths.Reverse()))
        {
            using var client = new HttpClient { BaseAddress = host.Address };
            using HttpResponseMessage response = await client.GetAsync($"/v2/a/{path}");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    [Fact]
    [Must("spec.md#enabling-the-referrers-api-1")]
    public async Task List_ManifestsThatAReferrersTagLists_AreInTheList()
    {
        await using RegistryHost host = await RegistryHost.StartAsync();
        Descriptor subject = Descriptor.Create(MediaTypes.ImageManifest, await host.PushImageAsync("a", "v1"));
        byte[] referrer = await host.PushImageAsync("a", "", "referrer", subject);
        // What a client leaves that believes that the registry has no referrers API.
        byte[] index = new ImageIndex { MediaType = MediaTypes.ImageIndex, Manifests = [Descriptor.Create(MediaTypes.ImageManifest, referrer)] }.ToUtf8Bytes();
        using HttpResponseMessage put = await host.PutManifestAsync("a", $"sha256-{subject.Digest.Hex}", index, MediaTypes.ImageIndex);

        ImageIndex listed = ImageIndex.Parse(await host.Client.GetByteArrayAsync($"/v2/a/referrers/{subject.Digest}"));

        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        Assert.Equal(Digest.Compute(referrer), Assert.Single(listed.Manifests).Digest);
    }

    [Fact]
    [Must("spec.md#response-format-4", "spec.md#response-format-5")]
    public async Task List_IndexWithoutArtifactType_HasNoneAndAllAnnotations()
    {
        await using RegistryHost host = await RegistryHost.StartAsync();
        Descriptor subject = Descriptor.Create(MediaTypes.ImageManifest, "subject"u8);
        byte[] index = new ImageIndex { MediaType = MediaTypes.ImageIndex, Manifests = [], Subject = subject, Annotations = new Dictionary<string, string> { ["a"] = "1", ["b"] = "" } }.ToUtf8Bytes();
        using HttpResponseMessage put = await host.PutManifestAsync("a", "v1", index, MediaTypes.ImageIndex);

        string list = await host.Client.GetStringAsync($"/v2/a/referrers/{subject.Digest}");

        Assert.DoesNotContain("artifactType", list);
        Assert.Contains("""{"a":"1","b":""}""", list);
    }

    [Theory]
    [Must("spec.md#pushing-manifests-3", "spec.md#pulling-manifests-6", "spec.md#pulling-manifests-8")]
    [InlineData("application/vnd.oci.image.manifest.v1+json; charset=utf-8")]
    [InlineData("application/vnd.oci.image.manifest.v1+json;q=\"a;b\"")]
    public async Task Put_ContentTypeWithParameters_IgnoresThem(string contentType)
    {
        await using RegistryHost host = await RegistryHost.StartAsync();
        byte[] manifest = await host.PushImageAsync("a", "v1");

        using HttpResponseMessage put = await host.SendAsync(HttpMethod.Put, "/v2/a/manifests/v2", new ByteArrayContent(manifest), ("Content-Type", contentType));
        using HttpResponseMessage get = await host.Client.GetAsync("/v2/a/manifests/v2");

        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        Assert.Equal("application/vnd.oci.image.manifest.v1+json", get.Content.Headers.ContentType?.ToString());
    }

    [Theory]
    [Must("spec.md#pushing-manifests-19")]
    [InlineData("sha256:baddigeststring")]
    [InlineData("md5:d41d8cd98f00b204e9800998ecf8427e")]
    [InlineData("blake3:af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262")]
    public async Task Put_DigestThatIsNotSupported_Answers400(string digest)
    {
        await using RegistryHost host = await RegistryHost.StartAsync();
        byte[] manifest = await host.PushImageAsync("a", "v1");

        using HttpResponseMessage response = await host.PutManifestAsync("a", digest, manifest);

        await RegistryHost.AssertErrorAsync(response, HttpStatusCode.BadRequest, "DIGEST_INVALID");
    }

    [Fact]
    [Must("spec.md#pushing-manifests-17", "spec.md#pushing-manifests-18")]
    public async Task Put_TagsOfTheQuery_AreTakenUpToTheLimitAndTold()
    {
        await using RegistryHost host = await RegistryHost.StartAsync();
        byte[] manifest = await host.PushImageAsync("a", "");
        string path = $"{Digest.Compute(manifest)}?{string.Join('&', Enumerable.Range(0, 64).Select(i => $"tag=t{i:00}"))}";

        using HttpResponseMessage taken = await host.PutManifestAsync("a", path, manifest);
        using HttpResponseMessage refused = await host.PutManifestAsync("a", $"{path}&tag=one-more", manifest);

        Assert.Equal(HttpStatusCode.Created, taken.StatusCode);
        Assert.Equal(Enumerable.Range(0, 64).Select(i => $"t{i:00}"), taken.Headers.GetValues("OCI-Tag"));
        await RegistryHost.AssertErrorAsync(refused, HttpStatusCode.RequestUriTooLong, "UNSUPPORTED");
        Assert.DoesNotContain("one-more", await host.Client.GetStringAsync("/v2/a/tags/list"));
    }

    [Fact]
    [Must("spec.md#single-post-4")]
    public async Task Post_WholeBlob_Answers201WithAPullableLocation()
    {
        await using RegistryHost host = await RegistryHost.StartAsync();

        using HttpResponseMessage response = await host.Client.PostAsync($"/v2/a/blobs/uploads/?digest={Digest.Compute("blob"u8)}", new ByteArrayContent("blob"u8.ToArray()));

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal("blob"u8.ToArray(), await host.Client.GetByteArrayAsync(response.Headers.Location));
    }

    [Theory]
    [Must("spec.md#single-post-1")]
    [InlineData(4)]
    [InlineData(6)]
    public async Task Post_ContentLengthIsNotTheBlobs_IsNoBlob(int length)
    {
        await using RegistryHost host = await RegistryHost.StartAsync();
        Digest digest = Digest.Compute("hello"u8);
        using (RawPeer peer = await RawPeer.ConnectAsync(host.Address))
        {
            await peer.WriteAsync($"POST /v2/a/blobs/uploads/?digest={digest} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n\r\nhello");
            peer.EndWriting();
            Assert.DoesNotContain(" 201 ", await peer.ReadToEndAsync());
        }

        using HttpResponseMessage get = await host.Client.GetAsync($"/v2/a/blobs/{digest}");

        Assert.Equal(HttpStatusCode.NotFound, get.StatusCode);
    }

    [Fact]
    [Must("spec.md#pushing-a-blob-in-chunks-2")]
    public async Task Patch_ChunksOfOneByte_AreTakenSinceNoLeastSizeIsTold()
    {
        await using RegistryHost host = await RegistryHost.StartAsync();
        using HttpResponseMessage post = await host.Client.PostAsync("/v2/a/blobs/uploads/", null);
        string location = post.Headers.Location!.ToString();
        for (int i = 0; i < 5; i++)
        {
            using HttpResponseMessage patch = await host.SendAsync(HttpMethod.Patch, location, new ByteArrayContent("hello"u8.ToArray(), i, 1), ("Content-Range", $"{i}-{i}"));
            Assert.Equal(HttpStatusCode.Accepted, patch.StatusCode);
        }

        using HttpResponseMessage put = await host.Client.PutAsync($"{location}?digest={Digest.Compute("hello"u8)}", null);

        Assert.False(post.Headers.Contains("OCI-Chunk-Min-Length"));
        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
    }

    [Fact]
    [Must("spec.md#checking-if-content-exists-head-requests-2")]
    public async Task Head_WhateverIsAsked_HasNoBody()
    {
        await using RegistryHost host = await RegistryHost.StartAsync();
        Digest blob = await host.PushBlobAsync("a", "blob"u8.ToArray());
        await host.PushImageAsync("a", "v1");
        string[] paths = ["/v2/", $"/v2/a/blobs/{blob}", $"/v2/a/blobs/{Missing}", "/v2/a/manifests/v1", "/v2/a/manifests/v2", "/v2/a/tags/list", "/v2/_catalog", $"/v2/a/referrers/{Missing}"];
        using RawPeer peer = await RawPeer.ConnectAsync(host.Address);

        // Pipelined: a body would stand where the next answer begins.
        await peer.WriteAsync(string.Concat(paths.Select(path => $"HEAD {path} HTTP/1.1\r\nHost: x\r\n\r\n")) + "HEAD /v2/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        string[] answers = (await peer.ReadToEndAsync()).Split("\r\n\r\n", StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(paths.Length + 1, answers.Length);
        Assert.All(answers, answer => Assert.StartsWith("HTTP/1.1 ", answer));
        Assert.All(answers, answer => Assert.Contains("\r\nContent-Length: ", answer));
    }
}
