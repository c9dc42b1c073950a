using Microsoft.Extensions.DependencyInjection;
using Oci.Distribution.AspNetCore.GarbageCollection;

namespace Oci.StoreWorker;

/// <summary>What a worker does to the folder of a registry.</summary>
public static class RegistryScenario
{
    /// <summary>Collects all that nothing tagged needs, however young it is.</summary>
    public static async Task<string> CollectAsync(string path)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddOciRegistry(options => options.RootDirectory = path);
        await using ServiceProvider provider = services.BuildServiceProvider();
        RegistryCollection collection = await provider.GetRequiredService<RegistryGarbageCollector>()
            .CollectAsync(new RegistryCollectOptions { GracePeriod = TimeSpan.Zero, RemoveUntagged = true });
        return $"{collection.ManifestCount} {collection.UnlinkedBlobCount} {collection.ContentCount}";
    }
}
