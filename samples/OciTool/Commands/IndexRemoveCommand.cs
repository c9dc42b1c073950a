using System.CommandLine;
using Oci.Image;
using Oci.Image.Building;
using OciTool.CommandLine;
using OciTool.References;
using OciTool.Results;

namespace OciTool.Commands;

/// <summary><c>oci index remove</c>: fewer images in an index.</summary>
internal sealed class IndexRemoveCommand : ToolCommand
{
    private readonly Argument<ImageReference> _index = CommonOptions.Image("REF", "the index: see 'oci --help' for its forms");
    private readonly Option<Digest?> _digest = new("--digest")
    {
        Description = "the manifest to take out",
        HelpName = "DIGEST",
        CustomParser = result => CommonOptions.Parse<Digest?>(result, text => Digest.Parse(text)),
    };
    private readonly PlatformOption _platform = PlatformOption.ToRemove();

    public IndexRemoveCommand()
        : base("remove", "Takes an image out of an index, by platform or digest.")
    {
        Add(_index);
        Add(_digest);
        Add(_platform);
        Add(CommonOptions.To);
        Aliases.Add("rm");
        Examples =
        [
            new("oci index remove oci:images:app --platform linux/arm64", "a platform that is not supported any more"),
            new("oci index remove oci:images:app --digest sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "just one manifest"),
        ];
        Validators.Add(result =>
        {
            if ((result.GetResult(_digest) is null) == (result.GetResult(_platform) is null))
            {
                result.AddError("say what to take out: give --platform or --digest");
            }
        });
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        ImageReference reference = call.Get(_index);
        await using IndexEdit edit = await IndexEdit.OpenAsync(call, call.Get(CommonOptions.To) ?? reference, [reference], cancellationToken);
        var builder = new ImageIndexBuilder(await edit.ReadAsync(reference, cancellationToken));
        int removed = call.Platform is Platform platform ? builder.Remove(platform) : builder.Remove(call.Get(_digest)!.Value);
        if (removed == 0)
        {
            string what = call.Platform?.ToString() ?? call.Get(_digest)!.Value.ToString();
            throw new ToolException($"{reference} lists nothing for {what}. It lists {string.Join(", ", builder.Manifests.Select(entry => entry.Platform?.ToString() ?? entry.Digest.ToString()))}.");
        }
        call.Print(await edit.SaveAsync(call, builder, cancellationToken), OutputJson.Relaxed.EditResult);
        return ExitCode.Done;
    }
}
