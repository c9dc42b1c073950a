using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Oci.Distribution;

namespace Examples;

internal static class ServeCache
{
    public static async Task RunAsync(string folder, Uri registry)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        using var client = new RegistryClient(registry);
        builder.Services.AddOciRegistry(options =>
        {
            options.RootDirectory = folder;
            options.Upstream = client.Repository;
        });
        WebApplication app = builder.Build();
        app.MapOciRegistry();
        await app.RunAsync("http://127.0.0.1:5000");
    }
}
