using Oci.Runtime.Linux;
using Oci.Runtime.Linux.Features;
using OciRun.Output;

namespace OciRun.Commands;

internal sealed class FeaturesCommand : Command
{
    public override string Name => "features";

    public override string Summary => "print what the runtime can do as JSON";

    public override string Usage => "";

    public override string Description => "The features document of the runtime-spec (features.md): what the program can do, whatever the host can.";

    public override int MinArguments => 0;

    public override int? MaxArguments => 0;

    public override Task<int> RunAsync(Invocation invocation)
    {
        RuntimeFeatures features = ContainerRuntime.GetFeatures();
        Standard.Write(features.ToUtf8Bytes());
        Standard.Write("\n"u8);
        return Task.FromResult(0);
    }
}
