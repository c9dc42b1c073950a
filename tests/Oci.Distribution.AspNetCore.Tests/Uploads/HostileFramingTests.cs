using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Oci.Distribution.AspNetCore.Uploads;
using Oci.Image;

namespace Oci.Distribution.AspNetCore.Tests.Uploads;

/// <summary>Bodies that are not what their headers say: each ends in an error, and the session goes on from where it was.</summary>
public sealed class HostileFramingTests
{
    [Theory]
    [InlineData("Transfer-Encoding: chunked", "zz\r\nhello\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked", "-5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked", "ffffffffffffffff\r\nhello\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked", "fffffffffffffffffffffffff\r\nhello\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked", "5\r\nhello")]
    [InlineData("Transfer-Encoding: chunked", "5\r\nhelloXX0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", "5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("Content-Length: 5\r\nTransfer-Encoding: chunked, identity", "5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("Content-Length: five", "hello")]
    [InlineData("Content-Length: 9223372036854775807", "hello")]
    public async Task Put_FramingThatCannotBe_IsNeverABlob(string header, string body)
    {
        await using RegistryHosts hosts = await RegistryHosts.StartAsync(onDisk: true);
        string location = await hosts.Host.StartUploadAsync("a");
        Digest digest = Digest.Compute("hello"u8);
        string answer;
        using (RawPeer peer = await RawPeer.ConnectAsync(hosts.Host.Address))
        {
            await peer.WriteAsync($"PUT {location}?digest={digest} HTTP/1.1\r\nHost: x\r\n{header}\r\n\r\n{body}");
            peer.EndWriting();
            answer = await peer.ReadToEndAsync();
        }

        using HttpResponseMessage get = await hosts.Host.Client.GetAsync($"/v2/a/blobs/{digest}");

        Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 4", StringComparison.Ordinal), answer);
        Assert.Equal(HttpStatusCode.NotFound, get.StatusCode);
    }

    [Theory]
    [InlineData("0-9223372036854775806", HttpStatusCode.BadRequest)]
    [InlineData("0-9223372036854775807", HttpStatusCode.RequestedRangeNotSatisfiable)]
    [InlineData("0-99999999999999999999", HttpStatusCode.RequestedRangeNotSatisfiable)]
    [InlineData("9223372036854775806-9223372036854775806", HttpStatusCode.RequestedRangeNotSatisfiable)]
    [InlineData("4-0", HttpStatusCode.RequestedRangeNotSatisfiable)]
    [InlineData("-1-4", HttpStatusCode.RequestedRangeNotSatisfiable)]
    [InlineData("0-4,0-4", HttpStatusCode.RequestedRangeNotSatisfiable)]
    [InlineData("٠-٤", HttpStatusCode.RequestedRangeNotSatisfiable)]
    public async Task Patch_ContentRangeThatLies_TakesNothing(string range, HttpStatusCode status)
    {
        await using RegistryHost host = await RegistryHost.StartAsync();
        string location = await host.StartUploadAsync("a");
        using RawPeer peer = await RawPeer.ConnectAsync(host.Address);

        await peer.WriteAsync(System.Text.Encoding.UTF8.GetBytes($"PATCH {location} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Range: {range}\r\nContent-Length: 5\r\n\r\nhello"));
        string answer = await peer.ReadToEndAsync();
        using HttpResponseMessage put = await host.Client.PutAsync($"{location}?digest={Digest.Compute("hello"u8)}", new ByteArrayContent("hello"u8.ToArray()));

        Assert.StartsWith($"HTTP/1.1 {(int)status} ", answer);
        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
    }

    [Fact]
    public async Task Patch_ManyThatBreakOff_LeaveNoOpenFileAndExpire()
    {
        var time = new ShiftedTime();
        using var folder = new TempDirectory();
        await using RegistryHost host = await RegistryHost.StartAsync(folder.Combine("data"), services: services => services.AddSingleton<TimeProvider>(time));
        for (int i = 0; i < 60; i++)
        {
            string location = await host.StartUploadAsync("a");
            using RawPeer peer = await RawPeer.ConnectAsync(host.Address);
            await peer.WriteAsync($"{(i % 2 == 0 ? "PATCH" : "PUT")} {location}?digest={Digest.Compute("x"u8)} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n{new string('x', 10_000)}");
            if (i % 3 == 0)
            {
                peer.EndWriting();
                await peer.ReadToEndAsync();
            }
        }
        var sessions = host.Services.GetRequiredService<UploadSessions>();
        using var cancellation = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (OperatingSystem.IsLinux() && OpenFiles.Below(folder.Combine("data", "uploads")).Length > 0)
        {
            await Task.Delay(10, cancellation.Token);
        }

        time.Shift = TimeSpan.FromDays(2);
        int removed = await sessions.SweepAsync(cancellation.Token);

        Assert.Equal(60, removed);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Combine("data", "uploads")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Combine("data", "staging")));
        Assert.Empty(Directory.Exists(folder.Combine("data", "blobs")) ? Directory.EnumerateFileSystemEntries(folder.Combine("data", "blobs")) : []);
    }

    [Fact]
    public async Task Post_HundredsOfSessions_AreRefusedAtTheLimitAndAllExpire()
    {
        var time = new ShiftedTime();
        using var folder = new TempDirectory();
        await using RegistryHost host = await RegistryHost.StartAsync(folder.Path, options => options.MaxUploadSessions = 400, services => services.AddSingleton<TimeProvider>(time));
        await Parallel.ForEachAsync(Enumerable.Range(0, 400), async (_, _) => await host.StartUploadAsync("a"));

        using HttpResponseMessage refused = await host.Client.PostAsync("/v2/a/blobs/uploads/", null);
        time.Shift = TimeSpan.FromDays(2);
        int removed = await host.Services.GetRequiredService<UploadSessions>().SweepAsync(CancellationToken.None);
        string location = await host.StartUploadAsync("a");

        await RegistryHost.AssertErrorAsync(refused, HttpStatusCode.TooManyRequests, "TOOMANYREQUESTS");
        Assert.Equal(400, removed);
        Assert.NotEmpty(location);
        Assert.Single(Directory.EnumerateFileSystemEntries(folder.Combine("uploads")));
    }
}
