using Oci.Runtime.Linux;
using Oci.Runtime.Linux.Cgroups;
using Oci.Runtime.Linux.Events;

namespace Examples;

internal static class WatchContainer
{
    public static async Task RunAsync(Container container)
    {
        await container.UpdateAsync(new() { Memory = new() { Limit = 64 << 20 } });
        ContainerStats stats = await container.GetStatsAsync();
        Console.WriteLine($"{stats.Memory?.Usage.Usage} of {stats.Memory?.Usage.Limit} bytes, {stats.Pids?.Current} tasks");

        await foreach (ContainerEvent e in container.WatchEventsAsync(new() { StatsInterval = TimeSpan.FromSeconds(5) }))
        {
            Console.WriteLine(e);
        }
    }
}
