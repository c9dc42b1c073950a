using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Oci.Distribution;
using Oci.Distribution.AspNetCore;

namespace Oci.Interop.Tests.EmbeddedRegistry;

/// <summary>This SDK's registry in the process of the tests, on a free loopback port, and this SDK's clients for it.</summary>
internal sealed class EmbeddedHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TempDirectory _directory;
    private readonly List<RegistryClient> _clients = [];

    private EmbeddedHost(WebApplication app, TempDirectory directory)
    {
        _app = app;
        _directory = directory;
        Address = new Uri(app.Urls.Single());
    }

    public Uri Address { get; }

    public static async Task<EmbeddedHost> StartAsync(Action<OciRegistryOptions>? configure = null, Action<IServiceCollection>? services = null, Action<WebApplication>? pipeline = null)
    {
        var directory = new TempDirectory();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        services?.Invoke(builder.Services);
        builder.Services.AddOciRegistry(options =>
        {
            options.RootDirectory = directory.Combine("data");
            configure?.Invoke(options);
        });
        WebApplication app = builder.Build();
        pipeline?.Invoke(app);
        app.MapOciRegistry();
        await app.StartAsync();
        return new EmbeddedHost(app, directory);
    }

    /// <summary>A client that lives as long as the host.</summary>
    public RegistryClient CreateClient(RegistryClientOptions? options = null)
    {
        var client = new RegistryClient(Address, options);
        _clients.Add(client);
        return client;
    }

    /// <summary>The files of the store below a folder; empty where there is no such folder.</summary>
    public string[] GetFiles(string folder)
    {
        string path = _directory.Combine("data", folder);
        return Directory.Exists(path) ? Directory.GetFileSystemEntries(path, "*", SearchOption.AllDirectories).Where(p => File.Exists(p) || folder == "uploads").ToArray() : [];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (RegistryClient client in _clients)
        {
            client.Dispose();
        }
        await _app.StopAsync();
        await _app.DisposeAsync();
        _directory.Dispose();
    }
}
