using System.Net;
using Oci.Image;

namespace Oci.Distribution.AspNetCore.Tests.Proxying;

public sealed partial class ProxyTests
{
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
}
