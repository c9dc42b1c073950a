using Oci.Image;
using Oci.Image.Manifests;

namespace Oci.Distribution.Copying;

/// <summary>Copies images and artifacts between any two stores: registries, layouts, archives, memory.</summary>
/// <remarks>
/// Blobs go in parallel, each once, and not at all where the destination has them or can mount them; a manifest
/// follows what it points to, so that a copy that was broken off leaves no manifest with holes.
/// </remarks>
public static class ContentCopier
{
    /// <summary>Copies what a tag or digest stands for.</summary>
    /// <param name="source">Where to read.</param>
    /// <param name="reference">A tag of the source, or the digest of a manifest.</param>
    /// <param name="destination">Where to write.</param>
    /// <param name="tag">The tag to set there when all is copied; <see langword="null"/> for none.</param>
    /// <param name="options">What is copied, and how.</param>
    /// <param name="progress">Is told of each step, and of bytes about once a mebibyte.</param>
    /// <param name="cancellationToken">Ends the copy. Blobs that were copied whole stay.</param>
    /// <exception cref="ContentNotFoundException">The source lacks the reference, or something that it points to.</exception>
    /// <exception cref="ContentMismatchException">The source has something other than it says.</exception>
    /// <exception cref="PlatformNotFoundException">No image is for <see cref="CopyOptions.Platform"/>.</exception>
    /// <exception cref="OciImageException">Something is larger, or there is more of it, than the options allow.</exception>
    public static async Task<CopyResult> CopyAsync(IContentSource source, string reference, IContentStore destination, string? tag = null, CopyOptions? options = null, IProgress<CopyProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(reference);
        Descriptor root = await source.ResolveAsync(reference, cancellationToken).ConfigureAwait(false)
            ?? throw new ContentNotFoundException(reference, source.ToString() ?? "The source");
        return await CopyAsync(source, root, destination, tag, options, progress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Copies what a descriptor points to.</summary>
    /// <inheritdoc cref="CopyAsync(IContentSource, string, IContentStore, string?, CopyOptions?, IProgress{CopyProgress}?, CancellationToken)"/>
    /// <param name="source">Where to read.</param>
    /// <param name="root">A manifest or index of the source.</param>
    /// <param name="destination">Where to write.</param>
    /// <param name="tag">The tag to set there when all is copied; <see langword="null"/> for none.</param>
    /// <param name="options">What is copied, and how.</param>
    /// <param name="progress">Is told of each step, and of bytes about once a mebibyte.</param>
    /// <param name="cancellationToken">Ends the copy. Blobs that were copied whole stay.</param>
    public static async Task<CopyResult> CopyAsync(IContentSource source, Descriptor root, IContentStore destination, string? tag = null, CopyOptions? options = null, IProgress<CopyProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(destination);
        options ??= new CopyOptions();
        if (options.Platform is Platform platform && MediaTypes.IsIndex(root.MediaType))
        {
            root = await PlatformSelector.SelectAsync(source, root, platform, cancellationToken).ConfigureAwait(false);
        }
        using var run = new CopyRun(source, destination, options, progress, cancellationToken);
        return await run.RunAsync(root, tag).ConfigureAwait(false);
    }
}
