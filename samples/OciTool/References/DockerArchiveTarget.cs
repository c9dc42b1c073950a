using Oci.Distribution.Copying;
using Oci.Image;
using Oci.Image.Archives;
using Oci.Image.Layouts;
using OciTool.Output;

namespace OciTool.References;

/// <summary>A Docker archive that is written anew, of one image. The file that was there stays until the new one is whole.</summary>
internal sealed class DockerArchiveTarget : ImageTarget
{
    private readonly DockerArchiveWriter _archive;
    private readonly DirectoryInfo _folder;
    private readonly OciLayout _blobs;

    private DockerArchiveTarget(ImageReference reference, DockerArchiveWriter archive, DirectoryInfo folder, OciLayout blobs)
        : base(reference)
    {
        _archive = archive;
        _folder = folder;
        _blobs = blobs;
    }

    /// <summary>A layout in the folder for temporary files: the archive itself takes whole images only.</summary>
    public override IContentStore Blobs => _blobs;

    public static async Task<DockerArchiveTarget> OpenAsync(ImageReference reference, CancellationToken cancellationToken)
    {
        DockerArchiveWriter archive = await DockerArchiveWriter.CreateAsync(reference.Path, cancellationToken: cancellationToken);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("oci-tool-");
        return new DockerArchiveTarget(reference, archive, folder, await OciLayout.CreateAsync(folder.FullName, cancellationToken));
    }

    public override async Task<CopyResult> WriteAsync(IContentSource source, Descriptor root, ProgressBars progress, CancellationToken cancellationToken, CopyOptions? options = null)
    {
        if (MediaTypes.IsIndex(root.MediaType))
        {
            throw new ToolException($"{Reference} takes one image, and {root.Digest} is an index of several. Choose one with --platform, or write an oci-archive.");
        }
        OciImage image = await OciImage.OpenAsync(new ReportingContentSource(source, progress), root, cancellationToken: cancellationToken);
        await _archive.AddAsync(image, Reference.Tag is null ? [] : [Reference.Tag], cancellationToken);
        await _archive.CompleteAsync(cancellationToken);
        long bytes = image.Manifest.Config.Size + image.Layers.Sum(layer => layer.Descriptor.Size);
        return new CopyResult { Root = image.Descriptor, SourceRoot = root, Blobs = new CopyTotals(image.Layers.Count + 1, bytes, 0, 0, 0, 0), Manifests = default };
    }

    public override Task<CopyPlan> PlanAsync(IContentSource source, Descriptor root, CopyOptions options, CancellationToken cancellationToken) =>
        throw new ToolException($"{Reference} is written as a whole, with all that is in it, so there is nothing to plan. --dry-run is for layouts, OCI archives and registries.");

    public override async ValueTask DisposeAsync()
    {
        await _archive.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
