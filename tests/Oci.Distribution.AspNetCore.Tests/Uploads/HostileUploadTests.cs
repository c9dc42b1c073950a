using System.Net;
using Oci.Image;

namespace Oci.Distribution.AspNetCore.Tests.Uploads;

/// <summary>Clients that lie about lengths, break off, drip, or send what no client sends. Written to the socket itself.</summary>
public sealed class HostileUploadTests
{
    [Fact]
    public async Task Patch_ConnectionEndsInTheBody_KeepsWhatCameAndTheSessionGoesOn()
    {
        await using RegistryHosts hosts = await RegistryHosts.StartAsync(onDisk: true);
        string location = await hosts.Host.StartUploadAsync("a");
        byte[] content = new byte[600_000];
        Random.Shared.NextBytes(content);
        using (RawPeer peer = await RawPeer.ConnectAsync(hosts.Host.Address))
        {
            await peer.WriteAsync($"PATCH {location} HTTP/1.1\r\nHost: x\r\nContent-Length: 600000\r\n\r\n");
            await peer.WriteAsync(content.AsMemory(0, 400_000));
            // Until the server has taken a part: what it had not read when the connection ended is lost with it.
            while (await GetLengthAsync(hosts.Host, location) <= 1)
            {
            }
            peer.EndWriting();
            // The server has seen the end of it once it answers or closes.
            await peer.ReadToEndAsync();
        }

        int kept = await GetLengthAsync(hosts.Host, location);
        using HttpResponseMessage put = await hosts.Host.SendAsync(
            HttpMethod.Put, $"{location}?digest={Digest.Compute(content)}", new ByteArrayContent(content, kept, content.Length - kept), ("Content-Range", $"{kept}-{content.Length - 1}"));

        Assert.InRange(kept, 2, 400_000);
        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        Assert.Equal(content, await hosts.Host.Client.GetByteArrayAsync(put.Headers.Location));
    }

    [Fact]
    public async Task Put_ConnectionEndsInTheBody_IsNeverABlob()
    {
        await using RegistryHosts hosts = await RegistryHosts.StartAsync(onDisk: true);
        string location = await hosts.Host.StartUploadAsync("a");
        Digest digest = Digest.Compute("hello"u8);
        using (RawPeer peer = await RawPeer.ConnectAsync(hosts.Host.Address))
        {
            await peer.WriteAsync($"PUT {location}?digest={digest} HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\nhello");
            peer.EndWriting();
            Assert.DoesNotContain(" 201 ", await peer.ReadToEndAsync());
        }

        using HttpResponseMessage get = await hosts.Host.Client.GetAsync($"/v2/a/blobs/{digest}");

        Assert.Equal(HttpStatusCode.NotFound, get.StatusCode);
    }

    [Theory]
    [InlineData("Content-Length: -5")]
    [InlineData("Content-Length: 5\r\nContent-Length: 6")]
    [InlineData("Content-Length: 99999999999999999999")]
    [InlineData("Transfer-Encoding: gzip")]
    public async Task Patch_LengthThatCannotBe_IsRefusedAndTakesNothing(string header)
    {
        await using RegistryHosts hosts = await RegistryHosts.StartAsync(onDisk: true);
        string location = await hosts.Host.StartUploadAsync("a");
        string answer;
        using (RawPeer peer = await RawPeer.ConnectAsync(hosts.Host.Address))
        {
            await peer.WriteAsync($"PATCH {location} HTTP/1.1\r\nHost: x\r\n{header}\r\n\r\nhello");
            peer.EndWriting();
            answer = await peer.ReadToEndAsync();
        }

        using HttpResponseMessage status = await hosts.Host.Client.GetAsync(location);

        // The answer may be lost: the server resets a connection whose bytes it did not read.
        Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 4", StringComparison.Ordinal), answer);
        Assert.Equal("0-0", status.Headers.GetValues("Range").Single());
    }

    [Fact]
    public async Task Patch_BodyThatDrips_Answers408AndTheSessionGoesOn()
    {
        await using RegistryHosts hosts = await RegistryHosts.StartAsync(onDisk: true, options =>
        {
            options.MinUploadRate = 1_000_000;
            options.UploadGracePeriod = TimeSpan.FromSeconds(2);
        });
        string location = await hosts.Host.StartUploadAsync("a");
        using RawPeer peer = await RawPeer.ConnectAsync(hosts.Host.Address);

        await peer.WriteAsync($"PATCH {location} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nx");
        string answer = await peer.ReadToEndAsync();
        using HttpResponseMessage status = await hosts.Host.Client.GetAsync(location);

        Assert.StartsWith("HTTP/1.1 408 ", answer);
        Assert.Equal(HttpStatusCode.NoContent, status.StatusCode);
    }

    [Fact]
    public async Task Delete_WhileAnotherRequestWrites_EndsThatRequest()
    {
        await using RegistryHosts hosts = await RegistryHosts.StartAsync(onDisk: true);
        string location = await hosts.Host.StartUploadAsync("a");
        using RawPeer peer = await RawPeer.ConnectAsync(hosts.Host.Address);
        await peer.WriteAsync($"PATCH {location} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1000000\r\n\r\n");
        // The server says this when it begins to read the body, so it is inside the session.
        string first = await peer.ReadExactlyAsync("HTTP/1.1 100 Continue\r\n\r\n".Length);

        using HttpResponseMessage cancelled = await hosts.Host.Client.DeleteAsync(location);
        peer.EndWriting();
        string answer = await peer.ReadToEndAsync();

        Assert.StartsWith("HTTP/1.1 100 ", first);
        Assert.Equal(HttpStatusCode.NoContent, cancelled.StatusCode);
        Assert.StartsWith("HTTP/1.1 404 ", answer);
    }

    [Fact]
    public async Task Put_BlobLargerThanItMayBe_Answers413()
    {
        await using RegistryHosts hosts = await RegistryHosts.StartAsync(onDisk: true, options => options.MaxBlobSize = 100_000);
        string first = await hosts.Host.StartUploadAsync("a");
        string second = await hosts.Host.StartUploadAsync("a");
        Digest digest = Digest.Compute(new byte[100_001]);

        using HttpResponseMessage announced = await hosts.Host.Client.PutAsync($"{first}?digest={digest}", new ByteArrayContent(new byte[100_001]));
        using HttpResponseMessage streamed = await hosts.Host.SendAsync(HttpMethod.Put, $"{second}?digest={digest}", new StreamContent(new ZeroStream(100_001)));
        using HttpResponseMessage taken = await hosts.Host.Client.PostAsync($"/v2/a/blobs/uploads/?digest={Digest.Compute(new byte[100_000])}", new ByteArrayContent(new byte[100_000]));

        await RegistryHost.AssertErrorAsync(announced, HttpStatusCode.RequestEntityTooLarge, "SIZE_INVALID");
        await RegistryHost.AssertErrorAsync(streamed, HttpStatusCode.RequestEntityTooLarge, "SIZE_INVALID");
        Assert.Equal(HttpStatusCode.Created, taken.StatusCode);
    }

    [Fact]
    public async Task Put_BlobOver30MB_PassesKestrelsOwnLimit()
    {
        await using RegistryHosts hosts = await RegistryHosts.StartAsync(onDisk: true);
        byte[] content = new byte[31_000_000];

        Digest digest = await hosts.Host.PushBlobAsync("a", content);
        using HttpResponseMessage head = await hosts.Host.SendAsync(HttpMethod.Head, $"/v2/a/blobs/{digest}");

        Assert.Equal(content.Length, head.Content.Headers.ContentLength);
    }

    [Theory]
    [InlineData("/v2/..%2f..%2fetc/manifests/passwd", 400)]
    [InlineData("/v2/a/../../../etc/passwd", 404)]
    [InlineData("/v2/%2e%2e/%2e%2e/blobs/x", 404)]
    [InlineData("/v2/a%00b/manifests/x", 400)]
    [InlineData("/v2/_blobs/tags/list", 400)]
    [InlineData("/v2/A/tags/list", 400)]
    [InlineData("/v2/a/nonsense", 404)]
    public async Task Get_PathThatClimbs_IsRefused(string path, int status)
    {
        await using RegistryHosts hosts = await RegistryHosts.StartAsync(onDisk: true);
        using RawPeer peer = await RawPeer.ConnectAsync(hosts.Host.Address);

        await peer.WriteAsync($"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        Assert.StartsWith($"HTTP/1.1 {status} ", await peer.ReadToEndAsync());
    }

    [Fact]
    public async Task Get_NameOf7000Characters_Answers400()
    {
        await using RegistryHost host = await RegistryHost.StartAsync();

        using HttpResponseMessage response = await host.Client.GetAsync($"/v2/{new string('a', 7000)}/tags/list");

        await RegistryHost.AssertErrorAsync(response, HttpStatusCode.BadRequest, "NAME_INVALID");
    }

    private static async Task<int> GetLengthAsync(RegistryHost host, string location)
    {
        using HttpResponseMessage status = await host.Client.GetAsync(location);
        return int.Parse(status.Headers.GetValues("Range").Single()[2..]) + 1;
    }
}
