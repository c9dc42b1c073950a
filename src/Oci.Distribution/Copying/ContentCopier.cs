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
    // Indexes in indexes: one level is what is seen; more than this is meant ill.
    private const int MaxIndexDepth = 8;

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
        Descriptor selected = await SelectAsync(source, root, options, cancellationToken).ConfigureAwait(false);
        using var run = new CopyRun(source, destination, options, progress, cancellationToken);
        return await run.RunAsync(selected, tag).ConfigureAwait(false);
    }

    private static async Task<Descriptor> SelectAsync(IContentSource source, Descriptor root, CopyOptions options, CancellationToken cancellationToken)
    {
        for (int depth = 0; options.SelectImage is not null && MediaTypes.IsIndex(root.MediaType); depth++)
        {
            if (depth == MaxIndexDepth)
            {
                throw new OciImageException($"The index {root.Digest} lies in more than {MaxIndexDepth} others.");
            }
            ImageIndex index = ImageIndex.Parse(await source.ReadAsync(root, options.MaxManifestSize, cancellationToken).ConfigureAwait(false));
            root = options.SelectImage(index)
                ?? throw new OciImageException($"None of the {index.Manifests.Count} manifests of the index {root.Digest} is one that was asked for. It has: {string.Join(", ", index.Manifests.Select(m => m.Platform?.ToString() ?? "no platform"))}.");
        }
        return root;
    }
}
