using System.CommandLine;
using Oci.Image;
using Oci.Image.Building;
using OciTool.CommandLine;
using OciTool.References;
using OciTool.Results;

namespace OciTool.Commands;

/// <summary><c>oci index add</c>: more images in an index.</summary>
internal sealed class IndexAddCommand : ToolCommand
{
    private readonly Argument<ImageReference> _index = CommonOptions.Image("REF", "the index: see 'oci --help' for its forms");
    private readonly Argument<ImageReference[]> _images = CommonOptions.Images("SRC", "the images to add, from wherever; of an index all that it lists");

    public IndexAddCommand()
        : base("add", "Adds images to an index; one for the same platform is replaced.")
    {
        Add(_index);
        Add(_images);
        Add(PlatformOption.ToAdd());
        Add(CommonOptions.To);
        Examples =
        [
            new("oci index add oci:images:app oci:build:app-arm64", "add a platform, or replace what is there for it"),
            new("oci index add docker://localhost:5000/app:v1 oci:images:app --platform linux/arm/v7", "one platform out of another index"),
        ];
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        ImageReference reference = call.Get(_index);
        ImageReference[] images = call.Get(_images);
        await using IndexEdit edit = await IndexEdit.OpenAsync(call, call.Get(CommonOptions.To) ?? reference, images.Prepend(reference), cancellationToken);
        var builder = new ImageIndexBuilder(await edit.ReadAsync(reference, cancellationToken));
        foreach (Descriptor entry in await edit.DescribeAsync(images, cancellationToken))
        {
            if (entry.Platform is not null)
            {
                builder.Replace(entry);
            }
            else if (!builder.Manifests.Any(other => other.Digest == entry.Digest))
            {
                builder.Add(entry);
            }
        }
        call.Print(await edit.SaveAsync(call, builder, cancellationToken), OutputJson.Relaxed.EditResult);
        return ExitCode.Done;
    }
}
