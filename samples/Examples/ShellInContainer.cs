using Oci.Runtime.Linux;
using Oci.Runtime.Linux.Processes;
using Oci.Runtime.Linux.Terminals;

namespace Examples;

internal static class ShellInContainer
{
    public static async Task RunAsync(Container container)
    {
        await using ContainerProcess shell = await container.ExecAsync(new() { Args = ["sh"], Terminal = true });
        await using (TerminalRelay.Start(shell.Terminal!))
        {
            ExitStatus status = await shell.WaitAsync();
        }
    }
}
