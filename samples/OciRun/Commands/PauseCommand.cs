using Oci.Runtime.Linux;

namespace OciRun.Commands;

internal sealed class PauseCommand : Command
{
    public override string Name => "pause";

    public override string Summary => "stop all processes of a container where they are";

    public override async Task<int> RunAsync(Invocation invocation)
    {
        await using Container container = await OpenContainerAsync(invocation);
        await container.PauseAsync();
        return 0;
    }
}
