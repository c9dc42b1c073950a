using Oci.Distribution;
using Oci.Distribution.Syncing;

namespace Examples;

internal static class SyncRegistry
{
    public static async Task RunAsync(Uri from, Uri to)
    {
        using var source = new RegistryClient(from);
        using var target = new RegistryClient(to);
        var sync = new RegistrySync(new() { Repositories = { "team/**" }, Tags = { "v*" }, NewestVersions = 5 });
        await foreach (SyncResult result in sync.RunAsync(SyncRepository.ListAsync(source), SyncDestination.ToRegistry(target, "mirror")))
        {
            Console.WriteLine($"{result.Repository}:{result.Reference} {result.Outcome} {result.Error?.Message}");
        }
    }
}
