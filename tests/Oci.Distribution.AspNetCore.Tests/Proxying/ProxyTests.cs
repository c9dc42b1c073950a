using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Oci.Image;

namespace Oci.Distribution.AspNetCore.Tests.Proxying;

public sealed class ProxyTests : IDisposable
{
    private const int LayerSize = 1_500_000;

    private readonly TempDirectory _folder = new();
    private readonly ManualTimeProvider _time = new();
    private readonly ScriptedUpstream _upstream = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pull_Image_IsFetchedOnceAndServedWithoutTheUpstream(bool onDisk)
    {
        (Descriptor image, Descriptor layer, byte[] content) = await _upstream.AddImageAsync("v1", LayerSize);
        await using RegistryHost host = await StartAsync(onDisk ? _folder.Path : null);

        for (int round = 0; round < 2; round++)
        {
            using HttpResponseMessage head = await host.SendAsync(HttpMethod.Head, "/v2/a/manifests/v1");
            using HttpResponseMessage manifest = await host.Client.GetAsync($"/v2/a/manifests/{image.Digest}");
            using HttpResponseMessage size = await host.SendAsync(HttpMethod.Head, $"/v2/a/blobs/{layer.Digest}");
            byte[] blob = await host.Client.GetByteArrayAsync($"/v2/a/blobs/{layer.Digest}");

            Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (head.StatusCode, manifest.StatusCode));
            Assert.Equal(image.Digest.ToString(), head.Headers.GetValues("Docker-Content-Digest").Single());
            Assert.Equal(image.Digest, Digest.Compute(await manifest.Content.ReadAsByteArrayAsync()));
            Assert.Equal(LayerSize, size.Content.Headers.ContentLength);
            Assert.Equal(content, blob);
            await WaitUntilStoredAsync(host);
            _upstream.Failure = new IOException("The upstream is down, says the test.");
        }
        Assert.Equal(2, _upstream.Opened);
    }

    [Fact]
    public async Task GetTag_Moved_IsSeenWhenItIsNoLongerFresh()
    {
        (Descriptor first, _, _) = await _upstream.AddImageAsync("v1", 10);
        await using RegistryHost host = await StartAsync();
        Assert.Equal(first.Digest, await ResolveAsync(host));
        (Descriptor second, _, _) = await _upstream.AddImageAsync("v1", 11);

        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(first.Digest, await ResolveAsync(host));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(second.Digest, await ResolveAsync(host));
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(second.Digest, await ResolveAsync(host));
        Assert.Equal(2, _upstream.Resolved);
    }

    [Fact]
    [Must("spec.md#warnings-1", "spec.md#warnings-2")]
    public async Task GetTag_UpstreamDown_IsServedWithAWarningAndAskedForAgainLater()
    {
        (Descriptor first, _, _) = await _upstream.AddImageAsync("v1", 10);
        await using RegistryHost host = await StartAsync();
        await ResolveAsync(host);
        _time.Advance(TimeSpan.FromMinutes(1));
        _upstream.Failure = new IOException("The upstream is down, says the test.");

        using HttpResponseMessage stale = await host.Client.GetAsync("/v2/a/manifests/v1");
        using HttpResponseMessage absent = await host.Client.GetAsync("/v2/a/manifests/v2");
        await ResolveAsync(host);
        int asked = _upstream.Resolved;
        _upstream.Failure = null;
        (Descriptor second, _, _) = await _upstream.AddImageAsync("v1", 11);
        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(first.Digest.ToString(), stale.Headers.GetValues("Docker-Content-Digest").Single());
        Assert.Matches("^299 - \"[^\"]{1,4000}\"$", stale.Headers.GetValues("Warning").Single());
        await RegistryHost.AssertErrorAsync(absent, HttpStatusCode.BadGateway, "UNAVAILABLE");
        // A third time it is not asked: it did not answer a moment ago.
        Assert.Equal(3, asked);
        Assert.Equal(second.Digest, await ResolveAsync(host));
    }

    [Fact]
    public async Task GetTag_UpstreamThatHangs_IsServedFromTheCacheAfterAWhile()
    {
        (Descriptor image, _, _) = await _upstream.AddImageAsync("v1", 10);
        await using RegistryHost host = await StartAsync();
        await ResolveAsync(host);
        _time.Advance(TimeSpan.FromMinutes(1));
        var gate = new TaskCompletionSource();
        _upstream.Gate = gate.Task;

        Task<HttpResponseMessage> request = host.Client.GetAsync("/v2/a/manifests/v1");
        using var cancellation = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!request.IsCompleted)
        {
            cancellation.Token.ThrowIfCancellationRequested();
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        using HttpResponseMessage stale = await request;
        gate.SetResult();

        Assert.Equal(image.Digest.ToString(), stale.Headers.GetValues("Docker-Content-Digest").Single());
        Assert.True(stale.Headers.Contains("Warning"));
    }

    [Fact]
    public async Task GetTag_AskedForByManyAtOnce_AsksTheUpstreamOnce()
    {
        (Descriptor image, _, _) = await _upstream.AddImageAsync("v1", 10);
        await using RegistryHost host = await StartAsync();
        var gate = new TaskCompletionSource();
        _upstream.Gate = gate.Task;

        Task<Digest>[] requests = [.. Enumerable.Range(0, 10).Select(_ => ResolveAsync(host))];
        gate.SetResult();

        Assert.All(await Task.WhenAll(requests), digest => Assert.Equal(image.Digest, digest));
        // Who comes a moment late finds it fresh, so that it is once in any case.
        Assert.Equal(1, _upstream.Resolved);
    }

    [Fact]
    public async Task GetTag_DeletedUpstream_IsGone()
    {
        await _upstream.AddImageAsync("v1", 10);
        IContentSource? source = _upstream;
        await using RegistryHost host = await StartAsync(configure: options => options.Upstream = name => name == "a" ? source : null);
        await ResolveAsync(host);
        source = new ScriptedUpstream();
        _time.Advance(TimeSpan.FromMinutes(1));

        using HttpResponseMessage deleted = await host.Client.GetAsync("/v2/a/manifests/v1");
        source = null;
        using HttpResponseMessage again = await host.Client.GetAsync("/v2/a/manifests/v1");
        using HttpResponseMessage elsewhere = await host.Client.GetAsync("/v2/b/manifests/v1");

        foreach (HttpResponseMessage response in (HttpResponseMessage[])[deleted, again, elsewhere])
        {
            await RegistryHost.AssertErrorAsync(response, HttpStatusCode.NotFound, "MANIFEST_UNKNOWN");
        }
    }

    [Fact]
    public async Task GetBlob_ManyAtOnceAndOneThatLeaves_IsFetchedOnce()
    {
        (_, Descriptor layer, byte[] content) = await _upstream.AddImageAsync("v1", LayerSize);
        await using RegistryHost host = await StartAsync(_folder.Path);
        await ResolveAsync(host);
        int opened = _upstream.Opened;
        var gate = new TaskCompletionSource();
        _upstream.Change = stream => new GatedStream(stream, LayerSize / 2, gate.Task);
        string path = $"/v2/a/blobs/{layer.Digest}";
        using var leaving = new CancellationTokenSource();
        using HttpResponseMessage left = await host.Client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, leaving.Token);

        HttpResponseMessage[] others = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => host.Client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead)));
        Task<HttpResponseMessage> part = host.SendAsync(HttpMethod.Get, path, null, ("Range", "bytes=5-9"));
        left.Dispose();
        gate.SetResult();

        foreach (HttpResponseMessage other in others)
        {
            Assert.Equal(content, await other.Content.ReadAsByteArrayAsync());
            other.Dispose();
        }
        using HttpResponseMessage partial = await part;
        Assert.Equal(HttpStatusCode.PartialContent, partial.StatusCode);
        Assert.Equal(content[5..10], await partial.Content.ReadAsByteArrayAsync());
        Assert.Equal(opened + 1, _upstream.Opened);
    }

    [Theory]
    [InlineData(Lie.FirstByte, false)]
    [InlineData(Lie.LastByte, false)]
    [InlineData(Lie.EndsEarly, true)]
    [InlineData(Lie.GoesOn, false)]
    [InlineData(Lie.Breaks, true)]
    public async Task GetBlob_UpstreamLies_NeverEndsAsAWholeAndIsNotKept(Lie lie, bool onDisk)
    {
        (_, Descriptor layer, byte[] content) = await _upstream.AddImageAsync("v1", LayerSize);
        await using RegistryHost host = await StartAsync(onDisk ? _folder.Path : null);
        await ResolveAsync(host);
        _upstream.Change = stream => new LyingStream(stream, LayerSize, lie);
        string path = $"/v2/a/blobs/{layer.Digest}";

        Exception? thrown = await Record.ExceptionAsync(() => host.Client.GetByteArrayAsync(path));
        await WaitUntilStoredAsync(host);

        Assert.IsAssignableFrom<HttpRequestException>(thrown);
        Assert.Empty(Directory.Exists(_folder.Combine("blobs")) ? Directory.GetFiles(_folder.Combine("blobs"), layer.Digest.Hex.ToString(), SearchOption.AllDirectories) : []);
        Assert.Empty(Directory.Exists(_folder.Combine("uploads")) ? Directory.GetFileSystemEntries(_folder.Combine("uploads")) : []);
        _upstream.Change = null;
        Assert.Equal(content, await host.Client.GetByteArrayAsync(path));
    }

    [Fact]
    public async Task GetBlob_UpstreamDownOrUnknown_IsAnError()
    {
        (_, Descriptor layer, _) = await _upstream.AddImageAsync("v1", LayerSize);
        await using RegistryHost host = await StartAsync();
        string path = $"/v2/a/blobs/{layer.Digest}";
        // No manifest told of it yet, so its size is not known.
        using HttpResponseMessage unknown = await host.Client.GetAsync(path);
        await ResolveAsync(host);
        _upstream.Failure = new IOException("The upstream is down, says the test.");

        using HttpResponseMessage get = await host.Client.GetAsync(path);
        using HttpResponseMessage head = await host.SendAsync(HttpMethod.Head, path);
        _upstream.Failure = new ContentNotFoundException(layer.Digest.ToString(), "the upstream");
        using HttpResponseMessage gone = await host.Client.GetAsync(path);

        await RegistryHost.AssertErrorAsync(unknown, HttpStatusCode.NotFound, "BLOB_UNKNOWN");
        await RegistryHost.AssertErrorAsync(get, HttpStatusCode.BadGateway, "UNAVAILABLE");
        Assert.Equal(HttpStatusCode.BadGateway, head.StatusCode);
        await RegistryHost.AssertErrorAsync(gone, HttpStatusCode.NotFound, "BLOB_UNKNOWN");
    }

    [Fact]
    public async Task GetBlob_MoreThanAreFetchedAtATime_IsToldToTryAgain()
    {
        (_, Descriptor first, _) = await _upstream.AddImageAsync("v1", LayerSize);
        (_, Descriptor second, _) = await _upstream.AddImageAsync("v2", LayerSize);
        await using RegistryHost host = await StartAsync(configure: options => options.MaxUpstreamDownloads = 1);
        await ResolveAsync(host, "v1");
        await ResolveAsync(host, "v2");
        var gate = new TaskCompletionSource();
        _upstream.Change = stream => new GatedStream(stream, LayerSize / 2, gate.Task);
        using HttpResponseMessage running = await host.Client.GetAsync($"/v2/a/blobs/{first.Digest}", HttpCompletionOption.ResponseHeadersRead);

        using HttpResponseMessage refused = await host.Client.GetAsync($"/v2/a/blobs/{second.Digest}");
        gate.SetResult();

        await RegistryHost.AssertErrorAsync(refused, HttpStatusCode.TooManyRequests, "TOOMANYREQUESTS");
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Equal(LayerSize, (await running.Content.ReadAsByteArrayAsync()).Length);
    }

    [Fact]
    public async Task Lists_AreTheUpstreamsAndWhereItIsDownTheCaches()
    {
        await _upstream.AddImageAsync("v2", 10);
        await _upstream.AddImageAsync("v1", 11);
        await using RegistryHost host = await StartAsync();
        await ResolveAsync(host, "v2");

        using HttpResponseMessage paged = await host.Client.GetAsync("/v2/a/tags/list?n=1");
        using HttpResponseMessage up = await host.Client.GetAsync("/v2/a/tags/list");
        _upstream.Failure = new IOException("The upstream is down, says the test.");
        using HttpResponseMessage down = await host.Client.GetAsync("/v2/a/tags/list");
        using HttpResponseMessage referrers = await host.Client.GetAsync($"/v2/a/referrers/{Digest.Compute("x"u8)}");

        Assert.Equal(["v1"], await TagsAsync(paged));
        Assert.Contains("last=v1", paged.Headers.GetValues("Link").Single());
        Assert.Equal(["v1", "v2"], await TagsAsync(up));
        Assert.Equal(["v2"], await TagsAsync(down));
        Assert.True(down.Headers.Contains("Warning"));
        Assert.Equal(HttpStatusCode.OK, referrers.StatusCode);
        Assert.True(referrers.Headers.Contains("Warning"));
    }

    [Fact]
    public async Task GetBlob_OfAnotherRepositoryToo_IsServedWhereTheUpstreamHasItThere()
    {
        (_, Descriptor layer, byte[] content) = await _upstream.AddImageAsync("v1", LayerSize);
        var other = new ScriptedUpstream();
        await using RegistryHost host = await StartAsync(configure: options => options.Upstream = name => name == "secret" ? other : _upstream);
        await ResolveAsync(host);
        await host.Client.GetByteArrayAsync($"/v2/a/blobs/{layer.Digest}");
        await WaitUntilStoredAsync(host);
        using HttpResponseMessage manifest = await host.Client.GetAsync("/v2/b/manifests/v1");
        int opened = _upstream.Opened;

        byte[] shared = await host.Client.GetByteArrayAsync($"/v2/b/blobs/{layer.Digest}");
        using HttpResponseMessage secret = await host.Client.GetAsync($"/v2/secret/blobs/{layer.Digest}");

        Assert.Equal(content, shared);
        Assert.Equal(opened, _upstream.Opened);
        Assert.Equal(HttpStatusCode.NotFound, secret.StatusCode);
    }

    [Theory]
    [InlineData("POST", "/v2/a/blobs/uploads/")]
    [InlineData("PUT", "/v2/a/manifests/v1")]
    [InlineData("DELETE", "/v2/a/manifests/v1")]
    public async Task Write_ToACache_IsNotSupported(string method, string path)
    {
        await using RegistryHost host = await StartAsync();

        using HttpResponseMessage response = await host.SendAsync(new HttpMethod(method), path);

        await RegistryHost.AssertErrorAsync(response, HttpStatusCode.MethodNotAllowed, "UNSUPPORTED");
    }

    private static async Task<string[]> TagsAsync(HttpResponseMessage response) =>
        [.. (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()!)];

    private static async Task<Digest> ResolveAsync(RegistryHost host, string tag = "v1")
    {
        using HttpResponseMessage response = await host.SendAsync(HttpMethod.Head, $"/v2/a/manifests/{tag}");
        return Digest.Parse(response.EnsureSuccessStatusCode().Headers.GetValues("Docker-Content-Digest").Single());
    }

    // A client has its last byte a moment before the download is out of the table.
    private static async Task WaitUntilStoredAsync(RegistryHost host)
    {
        var downloads = host.Services.GetRequiredService<AspNetCore.Proxying.BlobDownloads>();
        using var cancellation = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (downloads.Count > 0)
        {
            cancellation.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private Task<RegistryHost> StartAsync(string? root = null, Action<OciRegistryOptions>? configure = null) => RegistryHost.StartAsync(
        root,
        options =>
        {
            options.Upstream = _ => _upstream;
            configure?.Invoke(options);
        },
        services =>
        {
            if (root is null)
            {
                services.AddSingleton<TimeProvider>(_time);
            }
        });
}
