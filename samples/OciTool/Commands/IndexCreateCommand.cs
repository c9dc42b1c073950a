using System.CommandLine;
using Oci.Image;
using Oci.Image.Building;
using Oci.Image.Manifests;
using OciTool.CommandLine;
using OciTool.References;
using OciTool.Results;

namespace OciTool.Commands;

/// <summary><c>oci index create</c>: an index of images.</summary>
internal sealed class IndexCreateCommand : ToolCommand
{
    private readonly Argument<ImageReference> _index = CommonOptions.Image("DST", "where to write the index: see 'oci --help' for its forms");
    private readonly Argument<ImageReference[]> _images = CommonOptions.Images("SRC", "the images, from wherever; of an index all that it lists");

    public IndexCreateCommand()
        : base("create", "Makes an index of images for several platforms.")
    {
        Add(_index);
        Add(_images);
        Add(PlatformOption.ToAdd());
        Details = "The images are copied to where the index is. Tools take the first that fits, so the order matters.";
        Examples =
        [
            new("oci index create oci:images:app oci:amd64:app oci:arm64:app", "two builds under one name"),
            new("oci index create docker://localhost:5000/app:v1 oci:images:app-amd64 docker-archive:app-arm64.tar", "push a multi-platform image made of a layout and an archive"),
        ];
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        ImageReference[] images = call.Get(_images);
        await using IndexEdit edit = await IndexEdit.OpenAsync(call, call.Get(_index), images, cancellationToken);
        IReadOnlyList<Descriptor> entries = await edit.DescribeAsync(images, cancellationToken);
        bool isDocker = entries.All(entry => entry.MediaType == MediaTypes.DockerManifest);
        var builder = new ImageIndexBuilder(isDocker ? ImageFormat.Docker : ImageFormat.Oci);
        foreach (Descriptor entry in entries)
        {
            if (builder.Manifests.Any(other => other.Digest == entry.Digest))
            {
                throw new ToolException($"{entry.Digest} is given twice. List each image once.");
            }
            if (entry.Platform is Platform platform && builder.Manifests.Any(other => other.Platform == platform))
            {
                throw new ToolException($"There are two images for {platform}, of which no tool would take the second. Give one for each platform, or choose with --platform.");
            }
            builder.Add(entry);
        }
        call.Print(await edit.SaveAsync(call, builder, cancellationToken), OutputJson.Relaxed.EditResult);
        return ExitCode.Done;
    }
}
