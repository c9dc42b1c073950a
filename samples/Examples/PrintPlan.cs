using Oci.Runtime.Linux;
using Oci.Runtime.Linux.Bundles;
using Oci.Runtime.Linux.Planning;

namespace Examples;

internal static class PrintPlan
{
    public static async Task RunAsync(string bundlePath)
    {
        Bundle bundle = await Bundle.OpenAsync(bundlePath);
        ContainerPlan plan = new ContainerRuntime().Plan("web", bundle);
        Console.WriteLine(plan);
    }
}
