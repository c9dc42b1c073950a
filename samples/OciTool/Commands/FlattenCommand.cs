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
    private readonly CompressionOption _compression = new();
    private readonly Option<int> _from = new("--from-layer") { Description = "leave the layers below this one as they are; 0 is the lowest", HelpName = "N" };

    public FlattenCommand()
        : base("flatten", "Makes one layer of all layers of an image, without what later layers replace or delete.")
    {
        Add(_image);
        Add(_from);
        Add(_compression);
        Add(PlatformOption.ToChange());
        Add(CommonOptions.To);
        Details = "The image is smaller where layers delete much, but shares no layer with others any more. Its config stays.";
        Examples =
        [
            new("oci flatten oci:images:app", "flatten an image in its place"),
            new("oci flatten docker://localhost:5000/app:v1 --to oci:images:flat --compression zstd", "flatten an image of a registry into a layout"),
            new("oci flatten oci:images:app --from-layer 1", "keep the base layer, and flatten what is on it"),
        ];
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        await using ImageEdit edit = await ImageEdit.OpenAsync(call, call.Get(_image), cancellationToken);
        EditResult result = await edit.ApplyAsync(call, (image, token) =>
        {
            int first = call.Get(_from);
            return first >= 0 && first < image.Layers.Count
                ? ImageFlattener.FlattenAsync(image, edit.Store, new FlattenOptions { FirstLayer = first, Codec = _compression.ToCodec(call) }, token)
                : throw new ToolException($"{image.Descriptor.Digest} has {image.Layers.Count} layers, numbered from 0: there is no layer {first}.");
        }, cancellationToken);
        call.Print(result, OutputJson.Relaxed.EditResult);
        return ExitCode.Done;
    }
}
