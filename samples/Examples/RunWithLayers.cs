using Oci.Image;
using Oci.Image.LayerStores;
using Oci.Runtime.Linux;
using Oci.Runtime.Linux.Processes;

namespace Examples;

internal static class RunWithLayers
{
    public static async Task<int> RunAsync(IContentSource source, string tag, string[] command)
    {
        LayerStore layers = LayerStore.Open("/var/lib/app/layers");
        ExitStatus status = await new ContainerRuntime().RunAsync(source, tag, command, new() { Layers = layers });
        await layers.CollectAsync();        // what no container uses any more
        return status.ShellCode;
    }
}
