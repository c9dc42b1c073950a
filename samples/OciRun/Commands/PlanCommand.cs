using Oci.Runtime.Linux.Bundles;
using Oci.Runtime.Linux.Planning;
using OciRun.CommandLine;
using OciRun.Output;

namespace OciRun.Commands;

internal sealed class PlanCommand : Command
{
    public override string Name => "plan";

    public override string Summary => "print what `create` would do, system call by system call";

    public override string Description => "Nothing is done. A line has a step's number, its part, the call, what it is for and, in brackets, the\nmember of config.json that asked for it.";

    public override IReadOnlyList<Option> Options => [OciRun.Options.Bundle, OciRun.Options.Json];

    public override async Task<int> RunAsync(Invocation invocation)
    {
        Bundle bundle = await ContainerCreator.OpenBundleAsync(invocation, CancellationToken.None);
        ContainerPlan plan = invocation.Runtime.Plan(invocation.Arguments[0], bundle);
        foreach (string warning in plan.Warnings)
        {
            invocation.Log.Warn(warning);
        }
        Standard.Write(plan.ToString());
        return 0;
    }
}
