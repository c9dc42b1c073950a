using Oci.Image;
using Oci.Image.Archives;

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

    protected override Task CompleteAsync(CancellationToken cancellationToken) => _archive.CompleteAsync(cancellationToken);

    public override ValueTask DisposeAsync() => _archive.DisposeAsync();
}
