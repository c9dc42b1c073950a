using System.CommandLine;
using Oci.Distribution.Artifacts;
using Oci.Image;
using OciTool.CommandLine;
using OciTool.References;
using OciTool.Results;

namespace OciTool.Commands;

/// <summary><c>oci push</c>: files as an artifact.</summary>
internal sealed class PushCommand : ToolCommand
{
    private readonly Argument<ImageReference> _place = CommonOptions.Image(description: "where to push it: a registry, a layout or an oci-archive");
    private readonly ArtifactOptions _artifact = new();

    public PushCommand()
        : base("push", "Pushes files and directories as an artifact, as oras does.")
    {
        Add(_place);
        _artifact.AddTo(this);
        Details = """
            Each file becomes a blob whose title is its name, as it is typed below this directory. The same files give the same
            digest. 'oci copy' pushes images.
            """;
        Examples =
        [
            new("oci push docker://localhost:5000/reports:monday report.json:application/json", "one file"),
            new("oci push docker://localhost:5000/site:v1 site --artifact-type application/vnd.example.site.v1", "a directory"),
            new("oci push oci:artifacts:v1 data.bin --annotation org.opencontainers.image.licenses=MIT", "into a layout"),
        ];
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        IReadOnlyList<ArtifactFile> files = _artifact.GetFiles(call);
        await using ImageTarget target = await ImageTarget.OpenAsync(call.Get(_place), call.Registries, cancellationToken);
        Descriptor artifact = await call.Progress.RunAsync(async bars =>
        {
            // Blobs go to the target at once, the manifest when all are there.
            var store = new EditStore(target.Blobs);
            Descriptor packed = await ArtifactPacker.PackAsync(store, files, _artifact.ToOptions(call), bars, cancellationToken);
            await target.WriteAsync(store, packed, bars, cancellationToken);
            return packed;
        });
        call.Print(PushedResult.Of(target.Reference, artifact, files, subject: null), OutputJson.Relaxed.PushedResult);
        return ExitCode.Done;
    }
}
