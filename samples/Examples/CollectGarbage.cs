using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Oci.Distribution.AspNetCore.GarbageCollection;

namespace Examples;

internal static class CollectGarbage
{
    public static async Task RunAsync(string folder)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddOciRegistry(options =>
        {
            options.RootDirectory = folder;
            options.GarbageCollectionInterval = TimeSpan.FromHours(24);
            options.GarbageCollection.RemoveUntagged = true;
        });
        WebApplication app = builder.Build();
        var collector = app.Services.GetRequiredService<RegistryGarbageCollector>();
        RegistryCollection would = await collector.CollectAsync(new RegistryCollectOptions { DryRun = true });
        Console.WriteLine($"{would.ContentBytes} bytes of {would.ContentCount} blobs and manifests can be freed.");
    }
}
