using System.CommandLine;
using Oci.Distribution.Artifacts;
using Oci.Image;
using OciTool.CommandLine;
using OciTool.References;
using OciTool.Results;

namespace OciTool.Commands;

/// <summary><c>oci pull</c>: the files of an artifact.</summary>
internal sealed class PullCommand : ToolCommand
{
    private readonly Argument<ImageReference> _artifact = CommonOptions.Image(description: "the artifact: see 'oci --help' for its forms");

    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "the directory to write to, made where absent (default: this one)",
        HelpName = "DIR",
        DefaultValueFactory = _ => ".",
    };

    private readonly Option<bool> _overwrite = new("--overwrite") { Description = "replace files that are there" };
    private readonly Option<bool> _keepArchives = new("--keep-archives") { Description = "write the archive of a directory as it is" };

    public PullCommand()
        : base("pull", "Writes the files of an artifact into a directory, as oras does.")
    {
        Add(_artifact);
        Add(_output);
        Add(_overwrite);
        Add(_keepArchives);
        Details = """
            All files are fetched and verified before the first is put in its place. Names that lead out of the directory are
            refused, and links in it are not followed. 'oci copy' fetches images, 'oci unpack' unpacks them.
            """;
        Examples =
        [
            new("oci pull docker://localhost:5000/site:v1 -o public", "the files of an artifact"),
            new("oci pull docker://localhost:5000/app@sha256:DIGEST -o sbom", "what 'oci referrers' has listed"),
        ];
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        await using ImageSource source = await call.OpenAsync(call.Get(_artifact), cancellationToken);
        Descriptor root = await source.ResolveAsync(cancellationToken);
        var options = new UnpackArtifactOptions { Overwrite = call.Get(_overwrite), KeepArchives = call.Get(_keepArchives) };
        string directory = call.Get(_output)!;
        UnpackedArtifact unpacked;
        try
        {
            unpacked = await call.Progress.RunAsync(bars => ArtifactUnpacker.UnpackAsync(source.Content, root, directory, options, bars, cancellationToken));
        }
        catch (ArtifactException e) when (!options.Overwrite && e.Message.Contains(nameof(UnpackArtifactOptions.Overwrite), StringComparison.Ordinal))
        {
            throw new ToolException($"{e.Title} is there already in {directory}; nothing was written. --overwrite replaces files, -o DIR writes elsewhere.");
        }
        if (unpacked.Untitled.Count > 0)
        {
            call.Note($"{unpacked.Untitled.Count} blobs have no title, and so no name to be written under; 'oci inspect' lists them.");
        }
        call.Print(PulledResult.Of(source.Reference, directory, unpacked), OutputJson.Relaxed.PulledResult);
        return ExitCode.Done;
    }
}
