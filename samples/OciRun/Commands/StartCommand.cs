using Oci.Runtime.Linux;

namespace OciRun.Commands;

internal sealed class StartCommand : Command
{
    public override string Name => "start";

    public override string Summary => "start the program of a created container";

    public override async Task<int> RunAsync(Invocation invocation)
    {
        await using Container container = await OpenContainerAsync(invocation);
        await container.StartAsync();
        return 0;
    }
}
