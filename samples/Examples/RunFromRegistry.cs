using Oci.Distribution;
using Oci.Runtime.Linux;
using Oci.Runtime.Linux.Processes;

namespace Examples;

internal static class RunFromRegistry
{
    public static async Task<int> RunAsync(string name)
    {
        Reference reference = Reference.Parse(name);
        using RegistryClient client = RegistryClient.For(reference);
        var runtime = new ContainerRuntime();
        ExitStatus status = await runtime.RunAsync(client.Repository(reference.Repository), reference.Identifier, ["echo", "hello"]);
        Console.WriteLine(status);
        return status.ShellCode;
    }
}
