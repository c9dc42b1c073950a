using System.CommandLine;
using Oci.Image.Building;
using OciTool.CommandLine;
using OciTool.References;
using OciTool.Results;

namespace OciTool.Commands;

/// <summary><c>oci flatten</c>: all layers as one.</summary>
internal sealed class FlattenCommand : ToolCommand
{
    private readonly Argument<ImageReference> _image = CommonOptions.Image();

    public FlattenCommand()
        : base("flatten", "Makes one layer of all layers of an image, without what later layers replace or delete.")
    {
        Add(_image);
        Add(CommonOptions.Platform);
        Add(CommonOptions.To);
        Details = "The image is smaller where layers delete much, but shares no layer with others any more. Its config stays.";
        Examples =
        [
            new("oci flatten oci:images:app", "flatten an image in its place"),
            new("oci flatten docker://localhost:5000/app:v1 --to oci:images:flat", "flatten an image of a registry into a layout"),
        ];
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        await using ImageEdit edit = await ImageEdit.OpenAsync(call, call.Get(_image), cancellationToken);
        EditResult result = await edit.ApplyAsync(call, (image, token) => ImageFlattener.FlattenAsync(image, edit.Store, cancellationToken: token), cancellationToken);
        call.Print(result, OutputJson.Relaxed.EditResult);
        return ExitCode.Done;
    }
}
