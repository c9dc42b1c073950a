using Oci.Distribution.Copying;
using Oci.Image;
using Oci.Image.Archives;
using OciTool.Output;

namespace OciTool.References;

/// <summary>An OCI archive that is written anew. The file that was there stays until the new one is whole.</summary>
internal sealed class OciArchiveTarget : ImageTarget
{
    private readonly OciArchiveWriter _archive;

    private OciArchiveTarget(ImageReference reference, OciArchiveWriter archive)
        : base(reference) => _archive = archive;

    public override IContentStore Blobs => _archive;

    public static async Task<OciArchiveTarget> OpenAsync(ImageReference reference, CancellationToken cancellationToken) =>
        new(reference, await OciArchiveWriter.CreateAsync(reference.Path, cancellationToken: cancellationToken));

    public override async Task<CopyResult> WriteAsync(IContentSource source, Descriptor root, ProgressBars progress, CancellationToken cancellationToken)
    {
        CopyResult result = await ContentCopier.CopyAsync(source, root, _archive, Reference.Tag, progress: progress, cancellationToken: cancellationToken);
        await _archive.CompleteAsync(cancellationToken);
        return result;
    }

    public override ValueTask DisposeAsync() => _archive.DisposeAsync();
}
