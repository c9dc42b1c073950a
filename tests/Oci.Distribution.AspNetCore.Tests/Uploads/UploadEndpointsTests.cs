using System.Net;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Oci.Distribution.AspNetCore.Uploads;
using Oci.Image;

namespace Oci.Distribution.AspNetCore.Tests.Uploads;

/// <summary>distribution-spec, "Pushing blobs" (end-5, end-6, end-13, end-14).</summary>
public sealed class UploadEndpointsTests
{
    private static readonly byte[] Content = RandomNumberGenerator.GetBytes(700_001);
    private static readonly Digest ContentDigest = Digest.Compute(Content);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Must("spec.md#pushing-blobs-1", "spec.md#post-then-put-6", "spec.md#post-then-put-7")]
    public async Task Put_WholeBlobAfterPost_MustAnswer201WithAPullableLocation(bool onDisk)
    {
        await using RegistryHosts hosts = await RegistryHosts.StartAsync(onDisk);
        string location = await hosts.Host.StartUploadAsync("a/b");

        using HttpResponseMessage response = await hosts.Host.Client.PutAsync($"{location}?digest={ContentDigest}", new ByteArrayContent(Content));

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal(ContentDigest.ToString(), response.Headers.GetValues("Docker-Content-Digest").Single());
        Assert.Equal(Content, await hosts.Host.Client.GetByteArrayAsync(response.Headers.Location));
        using HttpResponseMessage after = await hosts.Host.Client.GetAsync(location);
        await RegistryHost.AssertErrorAsync(after, HttpStatusCode.NotFound, "BLOB_UPLOAD_UNKNOWN");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Must("spec.md#pushing-blobs-1", "spec.md#pushing-a-blob-in-chunks-3", "spec.md#pushing-a-blob-in-chunks-4", "spec.md#pushing-a-blob-in-chunks-7", "spec.md#pushing-a-blob-in-chunks-13")]
    public async Task Patch_ChunksInOrder_MustAnswer202WithLocationAndRange(bool onDisk)
    {
        await using RegistryHosts hosts = await RegistryHosts.StartAsync(onDisk);
        string location = await hosts.Host.StartUploadAsync("a");
        for (int start = 0; start < 600_000; start += 200_000)
        {
            using HttpResponseMessage patch = await SendChunkAsync(hosts.Host, HttpMethod.Patch, location, start, 200_000);
            Assert.Equal(HttpStatusCode.Accepted, patch.StatusCode);
            Assert.Equal($"0-{start + 199_999}", patch.Headers.GetValues("Range").Single());
            location = patch.Headers.Location!.ToString();
        }

        using HttpResponseMessage put = await SendChunkAsync(hosts.Host, HttpMethod.Put, $"{location}?digest={ContentDigest}", 600_000, 100_001);

        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        Assert.Equal(Content, await hosts.Host.Client.GetByteArrayAsync(put.Headers.Location));
    }

    [Fact]
    public async Task Put_EmptyBodyAfterStreamedPatch_ClosesTheSession()
    {
        await using RegistryHosts hosts = await RegistryHosts.StartAsync(onDisk: true);
        string location = await hosts.Host.StartUploadAsync("a");
        // No Content-Length and no Content-Range, as skopeo sends.
        using HttpResponseMessage patch = await hosts.Host.Client.PatchAsync(location, new StreamContent(new OneByteStream(new MemoryStream(Content, 0, 5000))));

        using HttpResponseMessage put = await hosts.Host.Client.PutAsync($"{patch.Headers.Location}?digest={Digest.Compute(Content.AsSpan(0, 5000))}", null);

        Assert.Equal(HttpStatusCode.Accepted, patch.StatusCode);
        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
    }

    [Theory]
    [InlineData("200000-299999")]
    [InlineData("0-99999")]
    [InlineData("bytes 100000-199999/700001")]
    [InlineData("nonsense")]
    [Must("spec.md#pushing-a-blob-in-chunks-4", "spec.md#pushing-a-blob-in-chunks-5", "spec.md#pushing-a-blob-in-chunks-10", "spec.md#pushing-a-blob-in-chunks-14")]
    public async Task Patch_OutOfOrder_MustAnswer416WithTheRangeAndTheSessionGoesOn(string contentRange)
    {
        await using RegistryHost host = await RegistryHost.StartAsync();
        string location = await host.StartUploadAsync("a");
        using (await SendChunkAsync(host, HttpMethod.Patch, location, 0, 100_000))
        {
        }

        using HttpResponseMessage refused = await host.SendAsync(HttpMethod.Patch, location, new ByteArrayContent(Content, 100_000, 100_000), ("Content-Range", contentRange));
        using HttpResponseMessage status = await host.Client.GetAsync(location);
        using HttpResponseMessage put = await SendChunkAsync(host, HttpMethod.Put, $"{location}?digest={ContentDigest}", 100_000, 600_001);

        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, refused.StatusCode);
        Assert.Equal("0-99999", refused.Headers.GetValues("Range").Single());
        Assert.Equal(HttpStatusCode.NoContent, status.StatusCode);
        Assert.Equal("0-99999", status.Headers.GetValues("Range").Single());
        Assert.All([refused, status], response => Assert.Equal(location, response.Headers.Location!.ToString()));
        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
    }

    [Theory]
    [InlineData(99_999)]
    [InlineData(100_001)]
    [Must("spec.md#pushing-a-blob-in-chunks-3")]
    public async Task Patch_LengthIsNotThatOfItsRange_Answers400AndTakesNothing(int length)
    {
        await using RegistryHosts hosts = await RegistryHosts.StartAsync(onDisk: true);
        string location = await hosts.Host.StartUploadAsync("a");

        using HttpResponseMessage announced = await hosts.Host.SendAsync(HttpMethod.Patch, location, new ByteArrayContent(Content, 0, length), ("Content-Range", "0-99999"));
        using HttpResponseMessage streamed = await hosts.Host.SendAsync(HttpMethod.Patch, location, new StreamContent(new OneByteStream(new MemoryStream(Content, 0, length))), ("Content-Range", "0-99999"));
        using HttpResponseMessage status = await hosts.Host.Client.GetAsync(location);
        using HttpResponseMessage put = await hosts.Host.Client.PutAsync($"{location}?digest={ContentDigest}", new ByteArrayContent(Content));

        await RegistryHost.AssertErrorAsync(announced, HttpStatusCode.BadRequest, "SIZE_INVALID");
        await RegistryHost.AssertErrorAsync(streamed, HttpStatusCode.BadRequest, "SIZE_INVALID");
        Assert.Equal("0-0", status.Headers.GetValues("Range").Single());
        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
    }

    [Fact]
    [Must("spec.md#pushing-a-blob-in-chunks-12")]
    public async Task Put_DigestOfOtherBytes_MustAnswer400AndKeepsNothing()
    {
        await using RegistryHosts hosts = await RegistryHosts.StartAsync(onDisk: true);
        string location = await hosts.Host.StartUploadAsync("a");
        Digest other = Digest.Compute("other"u8);

        using HttpResponseMessage put = await hosts.Host.Client.PutAsync($"{location}?digest={other}", new ByteArrayContent(Content));
        using HttpResponseMessage get = await hosts.Host.Client.GetAsync($"/v2/a/blobs/{other}");

        await RegistryHost.AssertErrorAsync(put, HttpStatusCode.BadRequest, "DIGEST_INVALID");
        Assert.Equal(HttpStatusCode.NotFound, get.StatusCode);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(hosts.Root, "uploads")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("?digest=")]
    [InlineData("?digest=sha256:12")]
    [InlineData("?digest=blake3:0000000000000000000000000000000000000000000000000000000000000000")]
    [Must("spec.md#pushing-a-blob-in-chunks-12")]
    public async Task Put_WithoutADigestThatCanBeVerified_MustAnswer400AndTheSessionGoesOn(string query)
    {
        await using RegistryHost host = await RegistryHost.StartAsync();
        string location = await host.StartUploadAsync("a");

        using HttpResponseMessage refused = await host.Client.PutAsync($"{location}{query}", new ByteArrayContent(Content));
        using HttpResponseMessage put = await host.Client.PutAsync($"{location}?digest={ContentDigest}", new ByteArrayContent(Content));

        await RegistryHost.AssertErrorAsync(refused, HttpStatusCode.BadRequest, "DIGEST_INVALID");
        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("?digest-algorithm=sha512", false)]
    [InlineData("", true)]
    [Must("spec.md#post-then-put-8")]
    public async Task Put_Sha512_IsVerifiedAndServed(string query, bool inChunks)
    {
        await using RegistryHosts hosts = await RegistryHosts.StartAsync(onDisk: true);
        Digest digest = Digest.Compute(DigestAlgorithm.Sha512, Content);
        string location = await hosts.Host.StartUploadAsync("a", query);
        int sent = 0;
        if (inChunks)
        {
            sent = 300_000;
            using HttpResponseMessage patch = await SendChunkAsync(hosts.Host, HttpMethod.Patch, location, 0, sent);
        }

        using HttpResponseMessage put = await SendChunkAsync(hosts.Host, HttpMethod.Put, $"{location}?digest={digest}", sent, Content.Length - sent);

        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        Assert.Equal(Content, await hosts.Host.Client.GetByteArrayAsync($"/v2/a/blobs/{digest}"));
    }

    // Found by reading: the second PUT took the digest from memory and moved an empty file over the good blob.
    [Fact]
    public async Task Put_AgainAfterTheStoreFailedHalfWay_NeverReplacesTheBlobByNothing()
    {
        using var directory = new TempDirectory();
        await using RegistryHost host = await RegistryHost.StartAsync(directory.Path);
        string obstacle = directory.Combine("repositories", "a");
        Directory.CreateDirectory(directory.Combine("repositories"));
        await File.WriteAllTextAsync(obstacle, "no folder can be made here, so the blob's link fails");
        string location = await host.StartUploadAsync("a");
        using (HttpResponseMessage failed = await host.Client.PutAsync($"{location}?digest={ContentDigest}", new ByteArrayContent(Content)))
        {
            Assert.Equal(HttpStatusCode.InternalServerError, failed.StatusCode);
        }
        File.Delete(obstacle);

        using HttpResponseMessage status = await host.Client.GetAsync(location);
        using HttpResponseMessage again = await host.Client.PutAsync($"{location}?digest={ContentDigest}", null);
        using HttpResponseMessage mount = await host.Client.PostAsync($"/v2/b/blobs/uploads/?mount={ContentDigest}", null);

        await RegistryHost.AssertErrorAsync(status, HttpStatusCode.NotFound, "BLOB_UPLOAD_UNKNOWN");
        await RegistryHost.AssertErrorAsync(again, HttpStatusCode.NotFound, "BLOB_UPLOAD_UNKNOWN");
        Assert.Equal(HttpStatusCode.Created, mount.StatusCode);
        Assert.Equal(Content, await host.Client.GetByteArrayAsync($"/v2/b/blobs/{ContentDigest}"));
        Assert.Equal(ContentDigest, await host.PushBlobAsync("a", Content));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Must("spec.md#cancel-a-blob-upload-1")]
    public async Task Delete_Session_Answers204AndItIsGone(bool onDisk)
    {
        await using RegistryHosts hosts = await RegistryHosts.StartAsync(onDisk);
        string location = await hosts.Host.StartUploadAsync("a");
        using (await SendChunkAsync(hosts.Host, HttpMethod.Patch, location, 0, 1000))
        {
        }

        using HttpResponseMessage cancelled = await hosts.Host.Client.DeleteAsync(location);
        using HttpResponseMessage status = await hosts.Host.Client.GetAsync(location);
        using HttpResponseMessage patch = await SendChunkAsync(hosts.Host, HttpMethod.Patch, location, 1000, 1000);

        Assert.Equal(HttpStatusCode.NoContent, cancelled.StatusCode);
        await RegistryHost.AssertErrorAsync(status, HttpStatusCode.NotFound, "BLOB_UPLOAD_UNKNOWN");
        await RegistryHost.AssertErrorAsync(patch, HttpStatusCode.NotFound, "BLOB_UPLOAD_UNKNOWN");
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("00000000000000000000000000000000")]
    [InlineData("..%2f..%2frecord.json")]
    public async Task Get_NoSession_Answers404(string id)
    {
        await using RegistryHost host = await RegistryHost.StartAsync();

        using HttpResponseMessage response = await host.Client.GetAsync($"/v2/a/blobs/uploads/{id}");

        await RegistryHost.AssertErrorAsync(response, HttpStatusCode.NotFound, "BLOB_UPLOAD_UNKNOWN");
    }

    [Fact]
    public async Task Get_SessionOfAnotherRepository_Answers404()
    {
        await using RegistryHost host = await RegistryHost.StartAsync();
        string location = await host.StartUploadAsync("a");

        using HttpResponseMessage response = await host.Client.GetAsync(location.Replace("/v2/a/", "/v2/b/"));

        await RegistryHost.AssertErrorAsync(response, HttpStatusCode.NotFound, "BLOB_UPLOAD_UNKNOWN");
    }

    [Fact]
    public async Task Put_AfterARestart_GoesOnWhereItWas()
    {
        using var folder = new TempDirectory();
        string location;
        await using (RegistryHost first = await RegistryHost.StartAsync(folder.Path))
        {
            location = await first.StartUploadAsync("a");
            using HttpResponseMessage patch = await SendChunkAsync(first, HttpMethod.Patch, location, 0, 300_000);
            Assert.Equal(HttpStatusCode.Accepted, patch.StatusCode);
        }
        await using RegistryHost second = await RegistryHost.StartAsync(folder.Path);

        using HttpResponseMessage status = await second.Client.GetAsync(location);
        using HttpResponseMessage put = await SendChunkAsync(second, HttpMethod.Put, $"{location}?digest={ContentDigest}", 300_000, 400_001);

        Assert.Equal("0-299999", status.Headers.GetValues("Range").Single());
        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        Assert.Equal(Content, await second.Client.GetByteArrayAsync($"/v2/a/blobs/{ContentDigest}"));
    }

    [Fact]
    public async Task Put_TheSameBlobByManyAtOnce_AllSucceed()
    {
        await using RegistryHosts hosts = await RegistryHosts.StartAsync(onDisk: true);

        HttpStatusCode[] statuses = await Task.WhenAll(Enumerable.Range(0, 32).Select(async i =>
        {
            string location = await hosts.Host.StartUploadAsync($"repo{i % 4}");
            using HttpResponseMessage response = await hosts.Host.Client.PutAsync($"{location}?digest={ContentDigest}", new ByteArrayContent(Content));
            return response.StatusCode;
        }));

        Assert.All(statuses, status => Assert.Equal(HttpStatusCode.Created, status));
        Assert.Equal(Content, await hosts.Host.Client.GetByteArrayAsync($"/v2/repo3/blobs/{ContentDigest}"));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(hosts.Root, "uploads")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Must("spec.md#cancel-a-blob-upload-4")]
    public async Task Sweep_SessionOlderThanItMayBe_IsRemoved(bool onDisk)
    {
        var time = new ShiftedTime();
        using var folder = new TempDirectory();
        await using RegistryHost host = await RegistryHost.StartAsync(
            onDisk ? folder.Path : null, options => options.UploadExpiration = TimeSpan.FromHours(1), services => services.AddSingleton<TimeProvider>(time));
        string location = await host.StartUploadAsync("a");
        using (await SendChunkAsync(host, HttpMethod.Patch, location, 0, 1000))
        {
        }
        var sessions = host.Services.GetRequiredService<UploadSessions>();

        int early = await sessions.SweepAsync(CancellationToken.None);
        time.Shift = TimeSpan.FromHours(2);
        int late = await sessions.SweepAsync(CancellationToken.None);
        using HttpResponseMessage status = await host.Client.GetAsync(location);

        Assert.Equal((0, 1), (early, late));
        await RegistryHost.AssertErrorAsync(status, HttpStatusCode.NotFound, "BLOB_UPLOAD_UNKNOWN");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("""{"repository":"../..","algorithm":"sha256"}""")]
    public async Task Sweep_RecordThatAPowerCutBroke_IsNoSessionAndIsRemoved(string record)
    {
        var time = new ShiftedTime();
        using var folder = new TempDirectory();
        await using RegistryHost host = await RegistryHost.StartAsync(folder.Path, services: services => services.AddSingleton<TimeProvider>(time));
        string id = new('a', 32);
        Directory.CreateDirectory(folder.Combine("uploads", id));
        await File.WriteAllTextAsync(folder.Combine("uploads", id, "record.json"), record);

        using HttpResponseMessage status = await host.Client.GetAsync($"/v2/a/blobs/uploads/{id}");
        time.Shift = TimeSpan.FromDays(2);
        int removed = await host.Services.GetRequiredService<UploadSessions>().SweepAsync(CancellationToken.None);

        await RegistryHost.AssertErrorAsync(status, HttpStatusCode.NotFound, "BLOB_UPLOAD_UNKNOWN");
        Assert.Equal(1, removed);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Combine("uploads")));
    }

    private static Task<HttpResponseMessage> SendChunkAsync(RegistryHost host, HttpMethod method, string location, int start, int length) =>
        host.SendAsync(method, location, new ByteArrayContent(Content, start, length), ("Content-Range", $"{start}-{start + length - 1}"));
}
