using Oci.Runtime.Linux;
using Oci.Runtime.Linux.Processes;

namespace Examples;

internal static class ExecInContainer
{
    public static async Task<int> RunAsync(Container container)
    {
        await using ContainerProcess process = await container.ExecAsync(new() { Args = ["id"], Stdio = ContainerStdio.Pipes });
        Console.Write(await new StreamReader(process.StandardOutput!).ReadToEndAsync());
        ExitStatus status = await process.WaitAsync();
        return status.ShellCode;
    }
}
