using System.CommandLine;
using Oci.Distribution.Artifacts;
using Oci.Image;
using OciTool.CommandLine;
using OciTool.References;
using OciTool.Results;

namespace OciTool.Commands;

/// <summary><c>oci referrers</c>: what refers to an image.</summary>
internal sealed class ReferrersCommand : ToolCommand
{
    private readonly Argument<ImageReference> _subject = CommonOptions.Image();
    private readonly Option<bool> _tree = new("--tree") { Description = "show also what refers to these, and so on" };
    private readonly Option<string?> _type = new("--artifact-type", "-t") { Description = "only artifacts of this type", HelpName = "TYPE" };

    public ReferrersCommand()
        : base("referrers", "Lists what refers to an image: signatures, SBOMs, reports.")
    {
        Add(_subject);
        Add(_tree);
        Add(_type);
        Add(PlatformOption.ToRead());
        Details = "What refers to an index does not refer to its images: --platform asks for one of these.";
        Examples =
        [
            new("oci referrers docker://localhost:5000/app:v1", "what is attached to an image"),
            new("oci referrers --tree docker://localhost:5000/app:v1", "and to that"),
            new("oci referrers docker://localhost:5000/app:v1 -t application/spdx+json --json | jq -r .referrers[0].digest", "for scripts"),
        ];
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        await using ImageSource source = await call.OpenAsync(call.Get(_subject), cancellationToken);
        Descriptor subject = await source.ResolveAsync(cancellationToken);
        if (call.Platform is Platform platform && MediaTypes.IsIndex(subject.MediaType))
        {
            subject = await Oci.Image.Manifests.PlatformSelector.SelectAsync(source.Content, subject, platform, cancellationToken);
        }
        var options = new ReferrerTreeOptions { ArtifactType = call.Get(_type) };
        if (!call.Get(_tree))
        {
            options.MaxDepth = 1;
        }
        ReferrerNode tree = await ReferrerTree.ReadAsync(source.Content, subject, options, cancellationToken);
        call.Print(new ReferrersResult(source.Reference.Text, subject.Digest.ToString(), ReferrerResult.Of(tree.Referrers)), OutputJson.Relaxed.ReferrersResult);
        return ExitCode.Done;
    }
}
