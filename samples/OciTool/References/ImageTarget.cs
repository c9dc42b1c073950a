using Oci.Distribution.Copying;
using Oci.Image;
using OciTool.Output;

namespace OciTool.References;

/// <summary>Where an image is written. What is not written to its end leaves nothing behind.</summary>
internal abstract class ImageTarget : IAsyncDisposable
{
    protected ImageTarget(ImageReference reference) => Reference = reference;

    public ImageReference Reference { get; }

    /// <summary>Takes blobs before the image they belong to is known.</summary>
    public abstract IContentStore Blobs { get; }

    /// <summary>Opens a target. Layouts are made where absent, archives are written anew.</summary>
    /// <exception cref="ToolException">The reference cannot be written to.</exception>
    public static async Task<ImageTarget> OpenAsync(ImageReference reference, Registries registries, CancellationToken cancellationToken)
    {
        if (reference.Digest is not null || reference.Position is not null)
        {
            throw new ToolException($"{reference} cannot be written to: a digest or position follows from the content. Give a tag.");
        }
        return reference.Transport switch
        {
            Transport.Layout => await LayoutTarget.OpenAsync(reference, cancellationToken),
            Transport.OciArchive => await OciArchiveTarget.OpenAsync(reference, cancellationToken),
            Transport.DockerArchive => await DockerArchiveTarget.OpenAsync(reference, cancellationToken),
            _ => new RegistryTarget(reference, registries),
        };
    }

    /// <summary>Copies an image or index with all it needs, and gives it the tag of the reference.</summary>
    public abstract Task<CopyResult> WriteAsync(IContentSource source, Descriptor root, ProgressBars progress, CancellationToken cancellationToken);

    public abstract ValueTask DisposeAsync();
}
