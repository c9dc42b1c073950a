using Oci.Runtime.Linux;
using OciRun.CommandLine;

namespace OciRun.Commands;

internal sealed class CreateCommand : Command
{
    public override string Name => "create";

    public override string Summary => "create a container, whose program waits for `start`";

    public override string Description =>
        "Sets up all that config.json of the bundle asks for. The id must be unique among the containers\nof the root directory. Where a part fails, all that was done is undone.";

    public override IReadOnlyList<Option> Options => ContainerCreator.Options;

    public override string FailurePrefix => "ocirun create failed: ";

    public override async Task<int> RunAsync(Invocation invocation)
    {
        await using Container container = await ContainerCreator.CreateAsync(invocation, isDetached: true, CancellationToken.None);
        return 0;
    }
}
