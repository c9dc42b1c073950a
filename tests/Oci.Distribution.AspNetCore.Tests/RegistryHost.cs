using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Oci.Image;
using Oci.Image.Manifests;

namespace Oci.Distribution.AspNetCore.Tests;

/// <summary>A registry in this process, on a free loopback port, and a client for it.</summary>
internal sealed class RegistryHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RegistryHost(WebApplication app)
    {
        _app = app;
        Address = new Uri(app.Urls.Single());
        Client = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(30) };
    }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>Starts a registry on disk below <paramref name="root"/>, or in memory.</summary>
    public static async Task<RegistryHost> StartAsync(string? root = null, Action<OciRegistryOptions>? configure = null, Action<IServiceCollection>? services = null, Action<WebApplication>? pipeline = null, Action<IEndpointConventionBuilder>? conventions = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        services?.Invoke(builder.Services);
        builder.Services.AddOciRegistry(options =>
        {
            options.RootDirectory = root;
            options.InMemory = root is null;
            configure?.Invoke(options);
        });
        WebApplication app = builder.Build();
        pipeline?.Invoke(app);
        IEndpointConventionBuilder registry = app.MapOciRegistry();
        conventions?.Invoke(registry);
        await app.StartAsync();
        return new RegistryHost(app);
    }

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        foreach ((string name, string value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                content!.Headers.Remove(name);
                Assert.True(content.Headers.TryAddWithoutValidation(name, value));
            }
        }
        return await Client.SendAsync(request);
    }

    /// <summary>Pushes a blob in one request.</summary>
    public async Task<Digest> PushBlobAsync(string repository, byte[] content, DigestAlgorithm algorithm = DigestAlgorithm.Sha256)
    {
        Digest digest = Digest.Compute(algorithm, content);
        using HttpResponseMessage response = await Client.PostAsync($"/v2/{repository}/blobs/uploads/?digest={digest}", new ByteArrayContent(content));
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return digest;
    }

    /// <summary>Starts a session and gives its location.</summary>
    public async Task<string> StartUploadAsync(string repository, string query = "")
    {
        using HttpResponseMessage response = await Client.PostAsync($"/v2/{repository}/blobs/uploads/{query}", null);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        return response.Headers.Location!.ToString();
    }

    public async Task<HttpResponseMessage> PutManifestAsync(string repository, string reference, byte[] content, MediaType? mediaType = null)
    {
        var body = new ByteArrayContent(content);
        body.Headers.TryAddWithoutValidation("Content-Type", (mediaType ?? MediaTypes.ImageManifest).ToString());
        return await Client.PutAsync($"/v2/{repository}/manifests/{reference}", body);
    }

    /// <summary>Pushes an image of a config and one layer, with a name in it to tell it from others.</summary>
    public async Task<byte[]> PushImageAsync(string repository, string reference, string name = "image", Descriptor? subject = null, string? artifactType = null, IReadOnlyDictionary<string, string>? annotations = null)
    {
        byte[] config = Encoding.UTF8.GetBytes($$"""{"name":"{{name}}"}""");
        byte[] layer = Encoding.UTF8.GetBytes($"layer of {name}");
        await PushBlobAsync(repository, config);
        await PushBlobAsync(repository, layer);
        byte[] manifest = new ImageManifest
        {
            MediaType = MediaTypes.ImageManifest,
            ArtifactType = artifactType,
            Config = Descriptor.Create(MediaTypes.ImageConfig, config),
            Layers = [Descriptor.Create(MediaTypes.Layer, layer)],
            Subject = subject,
            Annotations = annotations,
        }.ToUtf8Bytes();
        using HttpResponseMessage response = await PutManifestAsync(repository, reference == "" ? Digest.Compute(manifest).ToString() : reference, manifest);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return manifest;
    }

    /// <summary>Fails unless the answer has this status and a body of the spec's form with this code.</summary>
    public static async Task AssertErrorAsync(HttpResponseMessage response, HttpStatusCode status, string code)
    {
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.ToString());
        JsonElement errors = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors");
        Assert.Equal(code, errors[0].GetProperty("code").GetString());
        Assert.NotEmpty(errors[0].GetProperty("message").GetString()!);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
