using Oci.Runtime.Linux;
using Oci.Runtime.Linux.Bundles;
using Oci.Runtime.Linux.Processes;

namespace Examples;

internal static class CreateContainer
{
    public static async Task<int> RunAsync()
    {
        var runtime = new ContainerRuntime(new() { Root = "/run/app" });
        Bundle bundle = await Bundle.OpenAsync("/bundles/web");

        Console.WriteLine(runtime.Plan("web", bundle));        // every system call that creating it would make

        await using Container container = await runtime.CreateAsync("web", bundle, new() { Stdio = ContainerStdio.Pipes });
        await container.StartAsync();
        await container.StandardOutput!.CopyToAsync(Console.OpenStandardOutput());
        ExitStatus status = await container.WaitAsync();
        await container.DeleteAsync();
        return status.ShellCode;
    }
}
