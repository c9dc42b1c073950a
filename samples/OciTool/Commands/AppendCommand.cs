using System.CommandLine;
using Oci.Image;
using Oci.Image.Building;
using Oci.Image.Configuration;
using Oci.Image.Layers;
using OciTool.CommandLine;
using OciTool.References;
using OciTool.Results;

namespace OciTool.Commands;

/// <summary><c>oci append</c>: layers on top of an image.</summary>
internal sealed class AppendCommand : ToolCommand
{
    private readonly Argument<ImageReference> _image = CommonOptions.Image();
    private readonly LayerOptions _layers = new();

    public AppendCommand()
        : base("append", "Adds layers of directories or tar files on top of an image.")
    {
        Add(_image);
        foreach (Option option in _layers.All)
        {
            Add(option);
        }
        Add(PlatformOption.ToChange());
        Add(CommonOptions.To);
        Details = """
            --layer may be given several times: the last is the topmost. A tar file may be plain, gzip or Zstandard, and is kept
            as it is compressed. Of an index each image gets the layers; with --platform just one. With SOURCE_DATE_EPOCH set,
            the same files give the same digests.
            """;
        Examples =
        [
            new("oci append oci:images:app --layer rootfs", "what is in rootfs goes to the root of the image"),
            new("oci append oci:images:app --layer site --path /srv/www --owner 33 --to oci:images:web", "put a directory below a path, as another image"),
            new("oci append docker://localhost:5000/app:v1 --layer files.tar.gz", "add a tar file to an image in a registry"),
        ];
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        await using ImageEdit edit = await ImageEdit.OpenAsync(call, call.Get(_image), cancellationToken);
        IReadOnlyList<LayerDigests>? layers = null;
        EditResult result = await edit.ApplyAsync(call, async (image, token) =>
        {
            // Made once: what an index lists gets the same layers.
            layers ??= await _layers.BuildAsync(call, edit.Store, token);
            ImageBuilder builder = ImageBuilder.Edit(image);
            builder.Created = call.Now;
            foreach (LayerDigests layer in layers)
            {
                builder.AddLayer(layer, new History { CreatedBy = call.CommandText, Created = call.Now });
            }
            return await builder.BuildAsync(edit.Store, token);
        }, cancellationToken);
        call.Print(result, OutputJson.Relaxed.EditResult);
        return ExitCode.Done;
    }
}
