using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Oci.Distribution;

namespace Quickstart;

/// <summary>A registry in this process, on a free port of the loopback address.</summary>
internal sealed class LocalRegistry : IAsyncDisposable
{
    private readonly WebApplication _app;

    private LocalRegistry(WebApplication app)
    {
        _app = app;
        Client = new RegistryClient(new Uri(app.Urls.First()));
    }

    /// <summary>A client of the registry.</summary>
    public RegistryClient Client { get; }

    /// <summary>Starts the registry; its content lies in <paramref name="folder"/>.</summary>
    public static async Task<LocalRegistry> StartAsync(string folder, CancellationToken cancellationToken)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddOciRegistry(options => options.RootDirectory = folder);
        WebApplication app = builder.Build();
        app.MapOciRegistry();
        await app.StartAsync(cancellationToken);
        return new LocalRegistry(app);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
