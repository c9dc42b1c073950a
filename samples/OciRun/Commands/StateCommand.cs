using Oci.Runtime.Linux;
using OciRun.Output;

namespace OciRun.Commands;

internal sealed class StateCommand : Command
{
    public override string Name => "state";

    public override string Summary => "print the state of a container as JSON";

    public override async Task<int> RunAsync(Invocation invocation)
    {
        await using Container container = await OpenContainerAsync(invocation);
        Standard.Write(StateJson.ToIndented(await container.GetStateAsync(), container));
        return 0;
    }
}
