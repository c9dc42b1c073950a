using System.CommandLine;
using Oci.Image.Layouts;
using OciTool.CommandLine;
using OciTool.References;
using OciTool.Results;

namespace OciTool.Commands;

/// <summary><c>oci gc</c>: the blobs of a layout that nothing points to.</summary>
internal sealed class CollectCommand : ToolCommand
{
    private const string LayoutPrefix = "oci:";
    private readonly Argument<string> _layout = new("DIR") { Description = "the OCI layout, with or without oci: before it" };
    private readonly Option<bool> _dryRun = new("--dry-run", "-n") { Description = "say what would be removed, and remove nothing" };
    private readonly Option<TimeSpan> _grace = new("--grace-period")
    {
        Description = "leave alone what was written within this time, such as 10m or 0 (default: 1h)",
        HelpName = "TIME",
        DefaultValueFactory = _ => TimeSpan.FromHours(1),
        CustomParser = result => CommonOptions.Parse(result, Duration.Parse),
    };

    public CollectCommand()
        : base("gc", "Removes the blobs of a layout that no tag leads to any more.")
    {
        Add(_layout);
        Add(_dryRun);
        Add(_grace);
        Details = """
            Signatures and other referrers stay as long as what they speak about. Others may write to the layout meanwhile: what is
            young stays, since its manifest may be about to come. On a layout of your own give --grace-period 0.
            """;
        Examples =
        [
            new("oci gc images --dry-run", "what would go"),
            new("oci gc images --grace-period 0", "remove all of it at once"),
        ];
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        string name = call.Get(_layout);
        OciLayout layout = await ImageSource.OpenLayoutAsync(name.StartsWith(LayoutPrefix, StringComparison.Ordinal) ? name[LayoutPrefix.Length..] : name, cancellationToken);
        var options = new LayoutCollectOptions { DryRun = call.Get(_dryRun), GracePeriod = call.Get(_grace) };
        LayoutCollection collection = await layout.CollectAsync(options, cancellationToken);
        call.Print(CollectedResult.Of(layout.Path, collection), OutputJson.Relaxed.CollectedResult);
        return ExitCode.Done;
    }
}
