using System.Net;
using Oci.Image;

namespace Oci.Distribution.AspNetCore.Tests.Routing;

/// <summary>RFC 9110: preconditions, ranges and methods.</summary>
public sealed class ConditionalRequestTests
{
    private static readonly string Other = $"\"{Digest.Compute("other"u8)}\"";

    [Theory]
    [InlineData("If-None-Match", "*", HttpStatusCode.PreconditionFailed)]
    [InlineData("If-None-Match", "CURRENT", HttpStatusCode.PreconditionFailed)]
    [InlineData("If-None-Match", "OTHER", HttpStatusCode.Created)]
    [InlineData("If-Match", "*", HttpStatusCode.Created)]
    [InlineData("If-Match", "CURRENT", HttpStatusCode.Created)]
    [InlineData("If-Match", "OTHER, CURRENT", HttpStatusCode.Created)]
    [InlineData("If-Match", "W/CURRENT", HttpStatusCode.PreconditionFailed)]
    [InlineData("If-Match", "OTHER", HttpStatusCode.PreconditionFailed)]
    public async Task Put_TagThatIsThere_IsMovedWhereThePreconditionHolds(string header, string value, HttpStatusCode status)
    {
        await using RegistryHost host = await RegistryHost.StartAsync();
        byte[] next = await host.PushImageAsync("a", "next", "next");
        byte[] current = await host.PushImageAsync("a", "v1", "current");
        value = value.Replace("CURRENT", $"\"{Digest.Compute(current)}\"").Replace("OTHER", Other);

        using HttpResponseMessage put = await PutAsync(host, "v1", next, header, value);

        Assert.Equal(status, put.StatusCode);
        Assert.Equal(status == HttpStatusCode.Created ? next : current, await host.Client.GetByteArrayAsync("/v2/a/manifests/v1"));
        if (status == HttpStatusCode.PreconditionFailed)
        {
            await RegistryHost.AssertErrorAsync(put, status, "DENIED");
        }
    }

    [Theory]
    [InlineData("If-None-Match", "*", HttpStatusCode.Created)]
    [InlineData("If-Match", "*", HttpStatusCode.PreconditionFailed)]
    public async Task Put_TagThatIsNotThere_IsSetWhereThePreconditionHolds(string header, string value, HttpStatusCode status)
    {
        await using RegistryHost host = await RegistryHost.StartAsync();
        byte[] manifest = await host.PushImageAsync("a", "other");

        using HttpResponseMessage put = await PutAsync(host, "v1", manifest, header, value);
        using HttpResponseMessage get = await host.Client.GetAsync("/v2/a/manifests/v1");

        Assert.Equal(status, put.StatusCode);
        Assert.Equal(status == HttpStatusCode.Created, get.StatusCode == HttpStatusCode.OK);
    }

    [Fact]
    public async Task Put_ManyWithTheSamePrecondition_OneSucceeds()
    {
        await using RegistryHosts hosts = await RegistryHosts.StartAsync(onDisk: true);
        byte[][] manifests = [await hosts.Host.PushImageAsync("a", "", "one"), await hosts.Host.PushImageAsync("a", "", "two"), await hosts.Host.PushImageAsync("a", "", "three")];

        HttpStatusCode[] statuses = await Task.WhenAll(manifests.Select(async manifest =>
        {
            using HttpResponseMessage put = await PutAsync(hosts.Host, "v1", manifest, "If-None-Match", "*");
            return put.StatusCode;
        }));

        Assert.Equal([HttpStatusCode.Created, HttpStatusCode.PreconditionFailed, HttpStatusCode.PreconditionFailed], statuses.Order());
    }

    [Theory]
    [InlineData("GET", "\"DIGEST\"", HttpStatusCode.NotModified)]
    [InlineData("HEAD", "\"DIGEST\"", HttpStatusCode.NotModified)]
    [InlineData("GET", "W/\"DIGEST\"", HttpStatusCode.NotModified)]
    [InlineData("HEAD", "\"other\", *", HttpStatusCode.NotModified)]
    [InlineData("GET", "\"other\"", HttpStatusCode.OK)]
    [InlineData("HEAD", "\"other\"", HttpStatusCode.OK)]
    public async Task Pull_IfNoneMatch_IsNotModifiedWithItsTag(string method, string value, HttpStatusCode status)
    {
        await using RegistryHost host = await RegistryHost.StartAsync();
        Digest manifest = Digest.Compute(await host.PushImageAsync("a", "v1"));
        Digest blob = await host.PushBlobAsync("a", "blob"u8.ToArray());

        foreach ((string path, Digest digest) in ((string, Digest)[])[("manifests/v1", manifest), ($"manifests/{manifest}", manifest), ($"blobs/{blob}", blob)])
        {
            using HttpResponseMessage response = await host.SendAsync(new HttpMethod(method), $"/v2/a/{path}", null, ("If-None-Match", value.Replace("DIGEST", digest.ToString())));
            Assert.Equal(status, response.StatusCode);
            Assert.Equal($"\"{digest}\"", response.Headers.ETag?.Tag);
            Assert.Equal(digest.ToString(), response.Headers.GetValues("Docker-Content-Digest").Single());
        }
    }

    [Fact]
    public async Task Get_RangesOfWhichOneCanBe_AnswersThatOne()
    {
        await using RegistryHost host = await RegistryHost.StartAsync();
        Digest digest = await host.PushBlobAsync("a", "0123456789"u8.ToArray());

        using HttpResponseMessage one = await host.SendAsync(HttpMethod.Get, $"/v2/a/blobs/{digest}", null, ("Range", "bytes=2-4,100-"));
        using HttpResponseMessage several = await host.SendAsync(HttpMethod.Get, $"/v2/a/blobs/{digest}", null, ("Range", "bytes=0-1,4-5"));
        using HttpResponseMessage weak = await host.SendAsync(HttpMethod.Get, $"/v2/a/blobs/{digest}", null, ("Range", "bytes=2-4"), ("If-Range", $"W/\"{digest}\""));
        using HttpResponseMessage head = await host.SendAsync(HttpMethod.Head, $"/v2/a/blobs/{digest}", null, ("Range", "bytes=2-4"));

        Assert.Equal((HttpStatusCode.PartialContent, "234"), (one.StatusCode, await one.Content.ReadAsStringAsync()));
        Assert.Equal((HttpStatusCode.OK, "0123456789"), (several.StatusCode, await several.Content.ReadAsStringAsync()));
        // Section 13.1.5 wants a strong comparison, and section 14.2 has Range for GET alone.
        Assert.Equal((HttpStatusCode.OK, "0123456789"), (weak.StatusCode, await weak.Content.ReadAsStringAsync()));
        Assert.Equal((HttpStatusCode.OK, 10), (head.StatusCode, head.Content.Headers.ContentLength));
    }

    [Theory]
    [InlineData("/v2/", "GET, HEAD")]
    [InlineData("/v2/_catalog", "GET, HEAD")]
    [InlineData("/v2/a/tags/list", "GET, HEAD")]
    [InlineData("/v2/a/manifests/v1", "GET, HEAD, PUT, DELETE")]
    [InlineData("/v2/a/blobs/sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "GET, HEAD, DELETE")]
    [InlineData("/v2/a/referrers/sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "GET, HEAD")]
    [InlineData("/v2/a/blobs/uploads/", "POST")]
    [InlineData("/v2/a/blobs/uploads/0123456789abcdef0123456789abcdef", "GET, HEAD, PUT, PATCH, DELETE")]
    public async Task Send_MethodThatTheEndpointHasNot_Answers405WithThoseItHas(string path, string allow)
    {
        await using RegistryHost host = await RegistryHost.StartAsync();

        using HttpResponseMessage response = await host.SendAsync(HttpMethod.Options, path);

        await RegistryHost.AssertErrorAsync(response, HttpStatusCode.MethodNotAllowed, "UNSUPPORTED");
        Assert.Equal(allow, string.Join(", ", response.Content.Headers.Allow));
    }

    private static Task<HttpResponseMessage> PutAsync(RegistryHost host, string tag, byte[] manifest, string header, string value) =>
        host.SendAsync(HttpMethod.Put, $"/v2/a/manifests/{tag}", new ByteArrayContent(manifest), ("Content-Type", "application/vnd.oci.image.manifest.v1+json"), (header, value));
}
