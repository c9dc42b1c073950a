namespace OciRun.Commands;

/// <summary><c>checkpoint</c> and <c>restore</c>, which say why they cannot be done.</summary>
internal sealed class CheckpointCommand(string name) : Command
{
    public override string Name => name;

    public override string Summary => "(not supported)";

    public override int MinArguments => 0;

    public override int? MaxArguments => null;

    public override bool StopsAtArgument => true;

    public override string Description =>
        "Checkpoint and restore need CRIU, which this runtime does not drive; `ocirun features` says so, too.\nTo move a container, commit its file system to an image and start that elsewhere.";

    public override Task<int> RunAsync(Invocation invocation) =>
        throw new CommandException($"{Name} is not supported: this runtime does not drive CRIU (see `ocirun {Name} --help`); use a runtime whose `features` have checkpoint enabled");
}
