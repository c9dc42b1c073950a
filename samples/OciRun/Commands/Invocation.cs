using Oci.Runtime.Linux;
using OciRun.CommandLine;
using OciRun.Output;

namespace OciRun.Commands;

/// <summary>What a command is run with.</summary>
internal sealed record Invocation(Settings Settings, OptionValues Options, IReadOnlyList<string> Arguments, LogWriter Log)
{
    private readonly Lazy<ContainerRuntime> _runtime = new(Settings.OpenRuntime);

    public ContainerRuntime Runtime => _runtime.Value;
}
