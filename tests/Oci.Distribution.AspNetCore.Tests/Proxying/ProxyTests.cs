using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Oci.Image;

namespace Oci.Distribution.AspNetCore.Tests.Proxying;

public sealed partial class ProxyTests : IDisposable
{
    private const int LayerSize = 1_500_000;

    private readonly TempDirectory _folder = new();
    private readonly ManualTimeProvider _time = new();
    private readonly ScriptedUpstream _upstream = new();

    public void Dispose() => _folder.Dispose();

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
