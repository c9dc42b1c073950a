using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Oci.Distribution.AspNetCore.Routing;
using Oci.Distribution.AspNetCore.Tags;
using Oci.Image;

namespace Oci.Distribution.AspNetCore.Tests.Routing;

/// <summary>Requests that want out of the registry's folder, or to keep it busy.</summary>
public sealed class HostileRequestTests
{
    private static readonly string[] Tricks =
    [
        "..", "%2e%2e", "..%2f..", "%2e%2e%2f%2e%2e", "..%5c..", "%00", "a%00b", "a%2fb", "%c0%ae%c0%ae", "%e2%80%ae", "%ff", "a%0d%0aX: y", "~", ".", "-", "_blobs", "_tags",
        "CON", "a b", "a+b", "%25%32%66", "*", "?", "a;b", new string('a', 300), new string('a', 5000), "sha256:", $"sha256:{new string('g', 64)}", $"sha256:{new string('0', 63)}%2f", "sha256:..%2f..%2fx",
    ];

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("POST")]
    [InlineData("DELETE")]
    public async Task Send_PathTricksInEveryPlace_ReachNothingAndWriteNothing(string method)
    {
        await using RegistryHosts hosts = await RegistryHosts.StartAsync(onDisk: true);
        string parent = Path.GetDirectoryName(hosts.Root)!;
        string[] before = [.. Directory.EnumerateFileSystemEntries(parent, "*", SearchOption.AllDirectories)];
        var wrong = new List<string>();

        foreach (string trick in Tricks)
        {
            foreach (string path in (string[])[$"{trick}/tags/list", $"a/{trick}/tags/list", $"a/manifests/{trick}", $"a/blobs/{trick}", $"a/referrers/{trick}", $"a/blobs/uploads/{trick}", $"{trick}/manifests/v1", $"{trick}/blobs/uploads/?mount={trick}&from={trick}"])
            {
                using RawPeer peer = await RawPeer.ConnectAsync(hosts.Host.Address);
                await peer.WriteAsync($"{method} /v2/{path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/vnd.oci.image.manifest.v1+json\r\nContent-Length: 0\r\n\r\n");
                string answer = await peer.ReadToEndAsync();
                // What is a name by the grammar after all is answered as such: with empty referrers, or a session.
                if (!answer.StartsWith("HTTP/1.1 4", StringComparison.Ordinal) && !answer.StartsWith("HTTP/1.1 20", StringComparison.Ordinal))
                {
                    wrong.Add($"{method} {path}: {answer}");
                }
                Assert.DoesNotContain("root:", answer);
            }
        }

        Assert.Empty(wrong);
        string uploads = Path.Combine(hosts.Root, "uploads");
        Assert.Equal(before, Directory.EnumerateFileSystemEntries(parent, "*", SearchOption.AllDirectories).Where(path => !path.StartsWith(uploads, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Get_GiantQueryAndHeaders_AreRefused()
    {
        await using RegistryHost host = await RegistryHost.StartAsync();
        (string Request, string Status)[] requests =
        [
            ($"GET /v2/a/tags/list?last={new string('a', 20_000)} HTTP/1.1\r\nHost: x\r\n\r\n", "414"),
            ($"GET /v2/ HTTP/1.1\r\nHost: x\r\nX: {new string('a', 100_000)}\r\n\r\n", "431"),
            ($"GET /v2/ HTTP/1.1\r\nHost: x\r\n{string.Concat(Enumerable.Range(0, 500).Select(i => $"X{i}: y\r\n"))}\r\n", "431"),
        ];
        foreach ((string request, string status) in requests)
        {
            using RawPeer peer = await RawPeer.ConnectAsync(host.Address);
            await peer.WriteAsync(request);
            peer.EndWriting();
            string answer = await peer.ReadToEndAsync();
            Assert.True(answer.Length == 0 || answer.StartsWith($"HTTP/1.1 {status} ", StringComparison.Ordinal), answer);
        }

        using HttpResponseMessage after = await host.Client.GetAsync("/v2/");
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
    }

    [Theory]
    [InlineData("application/vnd.oci.image.manifest.v1+json")]
    [InlineData("application/vnd.oci.image.index.v1+json")]
    [InlineData("application/vnd.example+json")]
    public async Task Put_JsonThatIsDeepOrBroken_Answers400Soon(string mediaType)
    {
        await using RegistryHost host = await RegistryHost.StartAsync();
        string[] bodies =
        [
            new('[', 1_000_000),
            string.Concat(Enumerable.Repeat("{\"a\":", 500_000)),
            $"{{\"schemaVersion\":2,\"x\":{new string('[', 1000)}{new string(']', 1000)}}}",
            $"{{\"a\":1{string.Concat(Enumerable.Repeat(",\"a\":1", 100_000))}}}",
            $"{{\"schemaVersion\":{new string('9', 1_000_000)}}}",
            "\ufeff{}\u0000",
            "{\"schemaVersion\":2,\"config\":{\"digest\":\"\ud800\"}}",
        ];
        var watch = Stopwatch.StartNew();

        foreach (string body in bodies)
        {
            using HttpResponseMessage response = await host.PutManifestAsync("a", "v1", Encoding.UTF8.GetBytes(body), MediaType.Parse(mediaType));
            if (!(mediaType.EndsWith("example+json", StringComparison.Ordinal) && response.StatusCode == HttpStatusCode.Created))
            {
                await RegistryHost.AssertErrorAsync(response, HttpStatusCode.BadRequest, "MANIFEST_INVALID");
            }
        }

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    [Theory]
    [InlineData("Transfer-Encoding: chunked", "ffffffffffffffff\r\n{}\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked", "zz\r\n{}\r\n0\r\n\r\n")]
    [InlineData("Content-Length: 1000", "{}")]
    public async Task Put_ManifestOfBadFraming_IsNoManifest(string header, string body)
    {
        await using RegistryHost host = await RegistryHost.StartAsync();
        using RawPeer peer = await RawPeer.ConnectAsync(host.Address);

        await peer.WriteAsync($"PUT /v2/a/manifests/v1 HTTP/1.1\r\nHost: x\r\nContent-Type: application/vnd.example+json\r\n{header}\r\n\r\n{body}");
        peer.EndWriting();
        string answer = await peer.ReadToEndAsync();
        using HttpResponseMessage get = await host.Client.GetAsync("/v2/a/manifests/v1");

        Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 400 ", StringComparison.Ordinal) && answer.Contains("MANIFEST_INVALID"), answer);
        Assert.Equal(HttpStatusCode.NotFound, get.StatusCode);
    }

    [Fact]
    public async Task Get_ThousandsOfRanges_AnswersTheWholeOnce()
    {
        await using RegistryHost host = await RegistryHost.StartAsync();
        Digest digest = await host.PushBlobAsync("a", new byte[10_000]);

        using HttpResponseMessage response = await host.SendAsync(HttpMethod.Get, $"/v2/a/blobs/{digest}", null, ("Range", $"bytes={string.Join(',', Enumerable.Range(0, 3000).Select(i => $"{i}-{i}"))}"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(10_000, (await response.Content.ReadAsByteArrayAsync()).Length);
    }

    [Fact]
    public async Task List_HundredThousandTags_ComesInPagesOfTheLimit()
    {
        await using RegistryHost host = await RegistryHost.StartAsync(configure: options => options.MaxPageSize = 9_999);
        Digest manifest = Digest.Compute(await host.PushImageAsync("a", "t000000"));
        Assert.True(RepositoryName.TryParse("a", out RepositoryName repository));
        var tags = host.Services.GetRequiredService<TagStore>();
        for (int i = 1; i < 100_000; i++)
        {
            Assert.True(Tag.TryParse($"t{i:000000}", out Tag tag));
            await tags.SetAsync(repository, tag, manifest, CancellationToken.None);
        }
        var read = new List<string>();
        string? next = "/v2/a/tags/list?n=99999999999999999999";

        while (next is not null)
        {
            using HttpResponseMessage page = await host.Client.GetAsync(next);
            using JsonDocument json = JsonDocument.Parse(await page.Content.ReadAsByteArrayAsync());
            string[] names = [.. json.RootElement.GetProperty("tags").EnumerateArray().Select(name => name.GetString()!)];
            Assert.InRange(names.Length, 1, 9_999);
            read.AddRange(names);
            next = page.Headers.TryGetValues("Link", out IEnumerable<string>? link) ? link.Single().Split('<', '>')[1] : null;
        }

        Assert.Equal(Enumerable.Range(0, 100_000).Select(i => $"t{i:000000}"), read);
    }

    [Fact]
    public async Task Send_PipelinedPushes_AreAnsweredInTheirOrder()
    {
        await using RegistryHosts hosts = await RegistryHosts.StartAsync(onDisk: true);
        string[] blobs = [.. Enumerable.Range(0, 20).Select(i => $"blob {i}")];
        using RawPeer peer = await RawPeer.ConnectAsync(hosts.Host.Address);

        await peer.WriteAsync(string.Concat(blobs.Select(blob => $"POST /v2/a/blobs/uploads/?digest={Digest.Compute(Encoding.ASCII.GetBytes(blob))} HTTP/1.1\r\nHost: x\r\nContent-Length: {blob.Length}\r\n\r\n{blob}"))
            + "GET /v2/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        string[] answers = (await peer.ReadToEndAsync()).Split("HTTP/1.1 ", StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(21, answers.Length);
        Assert.All(blobs.Zip(answers), pair =>
        {
            Assert.StartsWith("201 ", pair.Second);
            Assert.Contains($"{Digest.Compute(Encoding.ASCII.GetBytes(pair.First))}", pair.Second);
        });
    }
}
