using Oci.Runtime.Linux.Processes;
using Oci.Runtime.Linux.Terminals;

namespace OciRun.Commands;

/// <summary>Waiting for a program that this one stays with.</summary>
internal static class Foreground
{
    /// <returns>What this program returns.</returns>
    public static async Task<int> WaitAsync(TerminalRelay? relay, Task<ExitStatus> ended)
    {
        ExitStatus status = await ended;
        if (relay is not null)
        {
            // What it has printed is shown, and what another process of the terminal goes on to print is not waited for.
            await relay.DisposeAsync();
        }
        return status.ShellCode;
    }
}
