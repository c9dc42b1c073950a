using Oci.Runtime.Linux.Spec;
using Oci.Runtime.Linux.Tests.Lifecycle;

namespace Oci.Runtime.Linux.Tests.Terminals;

/// <summary>Containers with a terminal, for tests.</summary>
internal static class TerminalContainer
{
    public static RuntimeSpec Spec(params string[] args) => WithTerminal(ContainerHost.Spec(args));

    public static RuntimeSpec WithTerminal(RuntimeSpec spec) => spec with { Process = spec.Process! with { Terminal = true } };

    public static RuntimeSpec WithoutMount(RuntimeSpec spec, string destination) =>
        spec with { Mounts = [.. spec.Mounts!.Where(m => m.Destination != destination)] };

    /// <summary>Runs a container to its end, and gives what its terminal showed.</summary>
    public static async Task<string> RunAsync(ContainerHost host, RuntimeSpec spec)
    {
        await using Container container = await host.CreateAsync(spec);
        try
        {
            Assert.Null(container.StandardInput);
            await container.StartAsync();
            string shown = await new TerminalReader(container.Terminal!).ReadToEndAsync();
            Assert.Equal(0, (await container.WaitAsync()).ShellCode);
            return shown;
        }
        finally
        {
            await container.DeleteAsync(force: true);
        }
    }
}
