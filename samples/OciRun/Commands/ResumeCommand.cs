using Oci.Runtime.Linux;

namespace OciRun.Commands;

internal sealed class ResumeCommand : Command
{
    public override string Name => "resume";

    public override string Summary => "let a paused container go on";

    public override async Task<int> RunAsync(Invocation invocation)
    {
        await using Container container = await OpenContainerAsync(invocation);
        await container.ResumeAsync();
        return 0;
    }
}
