using System.Net;
using Oci.Image;

namespace Oci.Distribution.AspNetCore.Tests.Proxying;

public sealed partial class ProxyTests
{
    [Theory]
    [InlineData("")]
    [InlineData("999")]
    public async Task GetBlob_SizeOnDiskIsNotTheManifests_IsToldAnew(string stored)
    {
        (_, Descriptor layer, byte[] content) = await _upstream.AddImageAsync("v1", 1000);
        string folder = _folder.Combine("repositories", "a", "_announced", "sha256");
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, layer.Digest.Hex.ToString()), stored);
        await using RegistryHost host = await StartAsync(_folder.Path);
        await ResolveAsync(host);

        byte[] blob = await host.Client.GetByteArrayAsync($"/v2/a/blobs/{layer.Digest}");

        Assert.Equal(content, blob);
    }

    [Fact]
    public async Task GetTag_AnotherOneFailed_IsAskedForAllTheSame()
    {
        await _upstream.AddImageAsync("v1", 10);
        await _upstream.AddImageAsync("v2", 11);
        await using RegistryHost host = await StartAsync();
        await ResolveAsync(host, "v1");
        await ResolveAsync(host, "v2");
        _time.Advance(TimeSpan.FromMinutes(1));
        _upstream.Failure = new InvalidDataException("One manifest is damaged, says the test.");
        using HttpResponseMessage failed = await host.Client.GetAsync("/v2/a/manifests/v1");
        _upstream.Failure = null;

        using HttpResponseMessage other = await host.Client.GetAsync("/v2/a/manifests/v2");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (failed.StatusCode, other.StatusCode));
        Assert.Equal((true, false), (failed.Headers.Contains("Warning"), other.Headers.Contains("Warning")));
    }
}
