using System.Net;
using System.Security.Cryptography;
using Oci.Image;

namespace Oci.Distribution.AspNetCore.Tests.Blobs;

/// <summary>distribution-spec, "Pulling blobs" and "Deleting Blobs" (end-2, end-10).</summary>
public sealed class BlobEndpointsTests
{
    private static readonly Digest Missing = Digest.Compute("nothing has these bytes"u8);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Must("spec.md#pulling-blobs-1", "spec.md#pulling-blobs-2")]
    public async Task Get_BlobOfTheRepository_Answers200WithItsBytesAndDigest(bool onDisk)
    {
        await using RegistryHosts hosts = await RegistryHosts.StartAsync(onDisk);
        byte[] content = RandomNumberGenerator.GetBytes(1_000_003);
        Digest digest = await hosts.Host.PushBlobAsync("a/b", content);

        using HttpResponseMessage response = await hosts.Host.Client.GetAsync($"/v2/a/b/blobs/{digest}");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(content, await response.Content.ReadAsByteArrayAsync());
        Assert.Equal(content.Length, response.Content.Headers.ContentLength);
        Assert.Equal("application/octet-stream", response.Content.Headers.ContentType?.ToString());
        Assert.Equal(digest.ToString(), response.Headers.GetValues("Docker-Content-Digest").Single());
        Assert.Equal("registry/2.0", response.Headers.GetValues("Docker-Distribution-Api-Version").Single());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Must("spec.md#checking-if-content-exists-head-requests-1")]
    public async Task Head_BlobOfTheRepository_Answers200WithItsLengthAndNoBody(bool onDisk)
    {
        await using RegistryHosts hosts = await RegistryHosts.StartAsync(onDisk);
        Digest digest = await hosts.Host.PushBlobAsync("a", new byte[12345]);

        using HttpResponseMessage response = await hosts.Host.SendAsync(HttpMethod.Head, $"/v2/a/blobs/{digest}");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(12345, response.Content.Headers.ContentLength);
        Assert.Equal(digest.ToString(), response.Headers.GetValues("Docker-Content-Digest").Single());
    }

    [Fact]
    [Must("spec.md#pulling-blobs-5", "spec.md#checking-if-content-exists-head-requests-3")]
    public async Task Get_BlobThatIsNotThere_MustAnswer404()
    {
        await using RegistryHost host = await RegistryHost.StartAsync();

        using HttpResponseMessage get = await host.Client.GetAsync($"/v2/a/blobs/{Missing}");
        using HttpResponseMessage head = await host.SendAsync(HttpMethod.Head, $"/v2/a/blobs/{Missing}");

        await RegistryHost.AssertErrorAsync(get, HttpStatusCode.NotFound, "BLOB_UNKNOWN");
        Assert.Equal(HttpStatusCode.NotFound, head.StatusCode);
    }

    [Fact]
    [Must("spec.md#pulling-blobs-5")]
    public async Task Get_BlobOfAnotherRepository_Answers404()
    {
        await using RegistryHost host = await RegistryHost.StartAsync();
        Digest digest = await host.PushBlobAsync("private/repo", "secret"u8.ToArray());

        using HttpResponseMessage response = await host.Client.GetAsync($"/v2/other/blobs/{digest}");

        await RegistryHost.AssertErrorAsync(response, HttpStatusCode.NotFound, "BLOB_UNKNOWN");
    }

    [Theory]
    [InlineData("sha256:zz")]
    [InlineData("sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855")]
    [InlineData("md5:d41d8cd98f00b204e9800998ecf8427e")]
    [InlineData("..%2f..%2fetc%2fpasswd")]
    public async Task Get_NoDigest_Answers400(string text)
    {
        await using RegistryHost host = await RegistryHost.StartAsync();

        using HttpResponseMessage response = await host.Client.GetAsync($"/v2/a/blobs/{text}");

        await RegistryHost.AssertErrorAsync(response, HttpStatusCode.BadRequest, "DIGEST_INVALID");
    }

    [Theory]
    [InlineData("bytes=0-9", "bytes 0-9/100", 0, 10)]
    [InlineData("bytes=90-", "bytes 90-99/100", 90, 10)]
    [InlineData("bytes=-5", "bytes 95-99/100", 95, 5)]
    [Must("spec.md#range-request-support-1")]
    public async Task Get_Range_Answers206WithThatPart(string header, string contentRange, int offset, int length)
    {
        await using RegistryHosts hosts = await RegistryHosts.StartAsync(onDisk: true);
        byte[] content = RandomNumberGenerator.GetBytes(100);
        Digest digest = await hosts.Host.PushBlobAsync("a", content);

        using HttpResponseMessage response = await hosts.Host.SendAsync(HttpMethod.Get, $"/v2/a/blobs/{digest}", null, ("Range", header));

        Assert.Equal(HttpStatusCode.PartialContent, response.StatusCode);
        Assert.Equal(contentRange, response.Content.Headers.ContentRange?.ToString());
        Assert.Equal(content.AsSpan(offset, length).ToArray(), await response.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("bytes=100-")]
    [InlineData("bytes=500-0")]
    [InlineData("bytes=-0")]
    [Must("spec.md#range-request-support-1")]
    public async Task Get_RangeOutsideTheBlob_Answers416WithItsLength(string header)
    {
        await using RegistryHost host = await RegistryHost.StartAsync();
        Digest digest = await host.PushBlobAsync("a", new byte[100]);

        using HttpResponseMessage response = await host.SendAsync(HttpMethod.Get, $"/v2/a/blobs/{digest}", null, ("Range", header));

        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, response.StatusCode);
        Assert.Equal("bytes */100", response.Content.Headers.ContentRange?.ToString());
    }

    [Fact]
    public async Task Get_IfRangeOfOtherContent_AnswersTheWhole()
    {
        await using RegistryHost host = await RegistryHost.StartAsync();
        Digest digest = await host.PushBlobAsync("a", new byte[100]);

        using HttpResponseMessage other = await host.SendAsync(HttpMethod.Get, $"/v2/a/blobs/{digest}", null, ("Range", "bytes=0-1"), ("If-Range", "\"other\""));
        using HttpResponseMessage same = await host.SendAsync(HttpMethod.Get, $"/v2/a/blobs/{digest}", null, ("Range", "bytes=0-1"), ("If-Range", $"\"{digest}\""));

        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        Assert.Equal(HttpStatusCode.PartialContent, same.StatusCode);
    }

    [Fact]
    public async Task Get_IfNoneMatchOfThisBlob_Answers304WithoutBody()
    {
        await using RegistryHost host = await RegistryHost.StartAsync();
        Digest digest = await host.PushBlobAsync("a", new byte[100]);

        using HttpResponseMessage response = await host.SendAsync(HttpMethod.Get, $"/v2/a/blobs/{digest}", null, ("If-None-Match", $"W/\"x\", \"{digest}\""));

        Assert.Equal(HttpStatusCode.NotModified, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Get_EmptyBlob_Answers200WithNothing()
    {
        await using RegistryHosts hosts = await RegistryHosts.StartAsync(onDisk: true);
        Digest digest = await hosts.Host.PushBlobAsync("a", []);

        using HttpResponseMessage response = await hosts.Host.Client.GetAsync($"/v2/a/blobs/{digest}");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(0, response.Content.Headers.ContentLength);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Must("spec.md#deleting-blobs-1", "spec.md#deleting-blobs-2")]
    public async Task Delete_Blob_MustAnswer202AndIsGoneAtOnceThereAlone(bool onDisk)
    {
        await using RegistryHosts hosts = await RegistryHosts.StartAsync(onDisk);
        Digest digest = await hosts.Host.PushBlobAsync("a", "shared"u8.ToArray());
        await hosts.Host.PushBlobAsync("b", "shared"u8.ToArray());

        using HttpResponseMessage deleted = await hosts.Host.Client.DeleteAsync($"/v2/a/blobs/{digest}");
        using HttpResponseMessage gone = await hosts.Host.Client.GetAsync($"/v2/a/blobs/{digest}");
        using HttpResponseMessage kept = await hosts.Host.Client.GetAsync($"/v2/b/blobs/{digest}");
        using HttpResponseMessage again = await hosts.Host.Client.DeleteAsync($"/v2/a/blobs/{digest}");

        Assert.Equal(HttpStatusCode.Accepted, deleted.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        Assert.Equal(HttpStatusCode.OK, kept.StatusCode);
        await RegistryHost.AssertErrorAsync(again, HttpStatusCode.NotFound, "BLOB_UNKNOWN");
    }

    [Fact]
    [Must("spec.md#deleting-blobs-3", "spec.md#deleting-manifests-3", "spec.md#deleting-tags-2")]
    public async Task Delete_NotAllowed_Answers405()
    {
        await using RegistryHost host = await RegistryHost.StartAsync(configure: options => options.AllowDelete = false);
        Digest blob = await host.PushBlobAsync("a", "kept"u8.ToArray());
        Digest manifest = Digest.Compute(await host.PushImageAsync("a", "v1"));

        foreach (string path in (string[])[$"blobs/{blob}", $"manifests/{manifest}", "manifests/v1"])
        {
            using HttpResponseMessage response = await host.Client.DeleteAsync($"/v2/a/{path}");
            await RegistryHost.AssertErrorAsync(response, HttpStatusCode.MethodNotAllowed, "UNSUPPORTED");
            Assert.DoesNotContain("DELETE", response.Content.Headers.Allow);
            Assert.Contains("GET", response.Content.Headers.Allow);
        }
    }
}
