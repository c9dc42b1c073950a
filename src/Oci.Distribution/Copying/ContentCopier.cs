using Oci.Image;

namespace Oci.Distribution.Copying;

/// <summary>Copies images and artifacts between any two stores: registries, layouts, archives, memory.</summary>
/// <remarks>
/// What is to be copied is found out first, so that nothing is sent where something is missing. Blobs go in parallel, each
/// once, and not at all where the destination has them or can mount them; a manifest follows what it points to, and the
/// tag comes last, so that a copy that was broken off leaves no manifest with holes and no tag.
/// </remarks>
public static class ContentCopier
{
    /// <summary>Copies what a tag or digest stands for.</summary>
    /// <param name="source">Where to read.</param>
    /// <param name="reference">A tag of the source, or the digest of a manifest.</param>
    /// <param name="destination">Where to write.</param>
    /// <param name="tag">The tag to set there when all is copied; <see langword="null"/> for none.</param>
    /// <param name="options">What is copied, and how. Copied.</param>
    /// <param name="progress">Is told of each step, and of bytes about once a mebibyte.</param>
    /// <param name="cancellationToken">Ends the copy. Blobs that were copied whole stay.</param>
    /// <exception cref="ContentNotFoundException">The source lacks the reference.</exception>
    /// <exception cref="CopyException">A step failed: the source lacks something or has something else than it says, a registry refuses, a disk is full.</exception>
    /// <exception cref="PlatformNotFoundException">No image is for <see cref="CopyOptions.Platform"/>, or one of <see cref="CopyOptions.Platforms"/>.</exception>
    /// <exception cref="OciImageException">There is more than the options allow.</exception>
    public static async Task<CopyResult> CopyAsync(IContentSource source, string reference, IContentStore destination, string? tag = null, CopyOptions? options = null, IProgress<CopyProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        CopyPlan plan = await PlanAsync(source, reference, destination, tag, options, cancellationToken).ConfigureAwait(false);
        return await plan.RunAsync(progress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Copies what a descriptor points to.</summary>
    /// <inheritdoc cref="CopyAsync(IContentSource, string, IContentStore, string?, CopyOptions?, IProgress{CopyProgress}?, CancellationToken)"/>
    /// <param name="source">Where to read.</param>
    /// <param name="root">A manifest or index of the source.</param>
    /// <param name="destination">Where to write.</param>
    /// <param name="tag">The tag to set there when all is copied; <see langword="null"/> for none.</param>
    /// <param name="options">What is copied, and how. Copied.</param>
    /// <param name="progress">Is told of each step, and of bytes about once a mebibyte.</param>
    /// <param name="cancellationToken">Ends the copy. Blobs that were copied whole stay.</param>
    public static async Task<CopyResult> CopyAsync(IContentSource source, Descriptor root, IContentStore destination, string? tag = null, CopyOptions? options = null, IProgress<CopyProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        CopyPlan plan = await PlanAsync(source, root, destination, tag, options, cancellationToken).ConfigureAwait(false);
        return await plan.RunAsync(progress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Finds out what a copy would do, and does none of it.</summary>
    /// <inheritdoc cref="CopyAsync(IContentSource, string, IContentStore, string?, CopyOptions?, IProgress{CopyProgress}?, CancellationToken)"/>
    public static Task<CopyPlan> PlanAsync(IContentSource source, string reference, IContentStore destination, string? tag = null, CopyOptions? options = null, CancellationToken cancellationToken = default) =>
        PlanAsync(source, reference, destination, tag, options, new CopySession(), cancellationToken);

    /// <summary>Finds out what a copy would do, and does none of it.</summary>
    /// <inheritdoc cref="CopyAsync(IContentSource, Descriptor, IContentStore, string?, CopyOptions?, IProgress{CopyProgress}?, CancellationToken)"/>
    public static Task<CopyPlan> PlanAsync(IContentSource source, Descriptor root, IContentStore destination, string? tag = null, CopyOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(destination);
        return CopyPlanner.PlanAsync(CreateJob(source, destination, tag, options, new CopySession()), root, cancellationToken);
    }

    /// <summary>Plans a copy that belongs to a run of several.</summary>
    internal static async Task<CopyPlan> PlanAsync(IContentSource source, string reference, IContentStore destination, string? tag, CopyOptions? options, CopySession session, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(destination);
        CopyJob job = CreateJob(source, destination, tag, options, session);
        Descriptor? root;
        if (source is Repository repository)
        {
            // Kept, since it is about to be read; and Docker Hub counts how often manifests are.
            job = job with { RootManifest = await repository.GetManifestAsync(reference, cancellationToken).ConfigureAwait(false) };
            root = job.RootManifest?.Descriptor;
        }
        else
        {
            root = await source.ResolveAsync(reference, cancellationToken).ConfigureAwait(false);
        }
        return await CopyPlanner.PlanAsync(job, root ?? throw new ContentNotFoundException(reference, job.SourceName), cancellationToken).ConfigureAwait(false);
    }

    private static CopyJob CreateJob(IContentSource source, IContentStore destination, string? tag, CopyOptions? options, CopySession session) =>
        new(source, destination, tag, (options ?? new CopyOptions()).Copy(), session);
}
