using System.CommandLine;
using Oci.Distribution.Artifacts;
using Oci.Image;
using OciTool.CommandLine;
using OciTool.References;
using OciTool.Results;

namespace OciTool.Commands;

/// <summary><c>oci attach</c>: files as an artifact that refers to an image.</summary>
internal sealed class AttachCommand : ToolCommand
{
    private readonly Argument<ImageReference> _subject = CommonOptions.Image(description: "the image or artifact to attach to, in a registry or a layout");
    private readonly ArtifactOptions _artifact = new();

    public AttachCommand()
        : base("attach", "Attaches files to an image: signatures, SBOMs, reports.")
    {
        Add(_subject);
        _artifact.AddTo(this);
        Details = """
            The files become an artifact beside the image, which stays as it is; 'oci referrers' lists it, 'oci copy --referrers'
            takes it along, 'oci pull' fetches its files by its digest. A registry without the referrers API gets the list under
            a tag. An index is attached to as a whole.
            """;
        Examples =
        [
            new("oci attach docker://localhost:5000/app:v1 sbom.json:application/spdx+json --artifact-type application/spdx+json", "an SBOM"),
            new("oci attach oci:images:app scan.txt --artifact-type application/vnd.example.scan.v1", "in a layout"),
        ];
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        if (!_artifact.HasType(call))
        {
            throw new UsageException("--artifact-type is missing: it tells readers what is attached, such as application/spdx+json. See 'oci attach --help'.");
        }
        IReadOnlyList<ArtifactFile> files = _artifact.GetFiles(call);
        ImageReference reference = call.Get(_subject);
        await using ImageSource source = await call.OpenAsync(reference, cancellationToken);
        // What is read may come of a mirror; what is written goes to the registry itself.
        IContentStore store = reference.Transport == Transport.Registry ? call.Registries.Open(reference.Remote)
            : source.Content as IContentStore
            ?? throw new ToolException($"{reference} cannot be added to. Copy it into a layout or a registry, and attach there.");
        PackArtifactOptions options = _artifact.ToOptions(call);
        options.Subject = await source.ResolveAsync(cancellationToken);
        Descriptor artifact = await call.Progress.RunAsync(bars => ArtifactPacker.PackAsync(store, files, options, bars, cancellationToken));
        call.Print(PushedResult.Of(source.Reference, artifact, files, options.Subject), OutputJson.Relaxed.PushedResult);
        return ExitCode.Done;
    }
}
