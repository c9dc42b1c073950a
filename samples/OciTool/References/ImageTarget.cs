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

    /// <summary>The tag that is set, if one is.</summary>
    protected virtual string? Tag => Reference.Tag;

    /// <summary>Copies an image or index with all it needs, and gives it the tag of the reference.</summary>
    public virtual async Task<CopyResult> WriteAsync(IContentSource source, Descriptor root, ProgressBars progress, CancellationToken cancellationToken, CopyOptions? options = null)
    {
        CopyResult result = await ContentCopier.CopyAsync(source, root, Blobs, Tag, options, progress, cancellationToken);
        await CompleteAsync(cancellationToken);
        return result;
    }

    /// <summary>What <see cref="WriteAsync"/> would do.</summary>
    public virtual Task<CopyPlan> PlanAsync(IContentSource source, Descriptor root, CopyOptions options, CancellationToken cancellationToken) =>
        ContentCopier.PlanAsync(source, root, Blobs, Tag, options, cancellationToken);

    /// <summary>Does what is left when all was copied.</summary>
    protected virtual Task CompleteAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public abstract ValueTask DisposeAsync();
}
