using Oci.Runtime.Linux;
using Oci.Runtime.Linux.Spec;
using OciRun.CommandLine;
using OciRun.Output;

namespace OciRun.Commands;

internal sealed class DeleteCommand : Command
{
    public override string Name => "delete";

    public override string Summary => "delete a stopped container, and all that the runtime keeps of it";

    public override IReadOnlyList<Option> Options => [OciRun.Options.Force];

    public override async Task<int> RunAsync(Invocation invocation)
    {
        bool force = invocation.Options.IsSet(OciRun.Options.Force);
        Container container;
        try
        {
            container = await OpenContainerAsync(invocation);
        }
        catch (CommandException) when (force)
        {
            return 0;
        }
        await using (container)
        {
            ContainerStatus status = (await container.GetStateAsync()).Status;
            if (!force && status is not (ContainerStatus.Stopped or ContainerStatus.Created))
            {
                throw new CommandException($"cannot delete container {container.Id} that is not stopped: {StateJson.StatusText(status)}");
            }
            await container.DeleteAsync(force);
            return 0;
        }
    }
}
