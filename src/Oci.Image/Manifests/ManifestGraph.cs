using System.Runtime.CompilerServices;

namespace Oci.Image.Manifests;

/// <summary>Walks the manifests and nested indexes that an index lists.</summary>
internal static class ManifestGraph
{
    /// <summary>The spec bounds no nesting; two levels are seen, so this is only against documents made to be walked without end.</summary>
    public const int MaxDepth = 16;

    /// <summary>The most documents that one walk reads.</summary>
    public const int MaxManifests = 100_000;

    /// <summary>Every manifest and index below <paramref name="index"/>, the near ones first, each once for each platform that it is listed for. What the source lacks is listed and not entered.</summary>
    /// <param name="source">Where nested indexes are read.</param>
    /// <param name="index">Where to begin.</param>
    /// <param name="isStrict">True to throw at a cap; false to go no further, so that one such index spoils no store for all others.</param>
    /// <param name="cancellationToken">Ends the walk.</param>
    public static async IAsyncEnumerable<Descriptor> WalkAsync(IContentSource source, ImageIndex index, bool isStrict, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // One manifest may serve several platforms: then an index lists it for each.
        var seen = new HashSet<(Digest Digest, string? Platform)>();
        IReadOnlyList<Descriptor> level = index.Manifests;
        for (int depth = 0; level.Count > 0; depth++)
        {
            var below = new List<Descriptor>();
            foreach (Descriptor descriptor in level)
            {
                if (!seen.Add(KeyOf(descriptor)))
                {
                    continue;
                }
                if (depth == MaxDepth || seen.Count > MaxManifests)
                {
                    if (!isStrict)
                    {
                        yield break;
                    }
                    throw TooMany(descriptor);
                }
                yield return descriptor;
                if (MediaTypes.IsIndex(descriptor.MediaType) && await source.ExistsAsync(descriptor, cancellationToken).ConfigureAwait(false))
                {
                    ImageIndex nested = await source.ReadIndexAsync(descriptor, cancellationToken).ConfigureAwait(false);
                    below.AddRange(nested.Manifests.Where(entry => !seen.Contains(KeyOf(entry))));
                    // Here too, and not when their turn comes: a level of indexes may list more than memory holds.
                    if (below.Count > MaxManifests)
                    {
                        if (!isStrict)
                        {
                            yield break;
                        }
                        throw TooMany(descriptor);
                    }
                }
            }
            level = below;
        }
    }

    private static (Digest Digest, string? Platform) KeyOf(Descriptor descriptor) =>
        (descriptor.Digest, descriptor.Platform is Platform platform ? $"{platform} {platform.OsVersion}" : null);

    private static OciImageException TooMany(Descriptor at) =>
        new($"The indexes nest more than {MaxDepth} deep or list more than {MaxManifests} manifests, at {at.Digest}. Nothing sane does; check where they come from.");

    public static async Task<Descriptor?> FindAsync(IContentSource source, ImageIndex index, Digest digest, CancellationToken cancellationToken)
    {
        // The usual case reads nothing.
        if (index.Manifests.FirstOrDefault(entry => entry.Digest == digest) is Descriptor near)
        {
            return near;
        }
        await foreach (Descriptor descriptor in WalkAsync(source, index, isStrict: false, cancellationToken).ConfigureAwait(false))
        {
            if (descriptor.Digest == digest)
            {
                return descriptor;
            }
        }
        return null;
    }

    public static async Task<Descriptor?> GetSubjectAsync(IContentSource source, Descriptor descriptor, CancellationToken cancellationToken) =>
        (await ReadLinksAsync(source, descriptor, cancellationToken).ConfigureAwait(false))?.Subject;

    /// <summary>The manifests whose subject is <paramref name="subject"/>, as a registry would list them.</summary>
    public static async IAsyncEnumerable<Descriptor> ListReferrersAsync(IContentSource source, ImageIndex index, Digest subject, string? artifactType, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seen = new HashSet<Digest>();
        await foreach (Descriptor descriptor in WalkAsync(source, index, isStrict: false, cancellationToken).ConfigureAwait(false))
        {
            if (!seen.Add(descriptor.Digest))
            {
                continue;
            }
            ManifestLinks? links = await ReadLinksAsync(source, descriptor, cancellationToken).ConfigureAwait(false);
            if (links?.Subject?.Digest == subject && (artifactType is null || links.ArtifactType == artifactType))
            {
                yield return descriptor.ToPlain() with { ArtifactType = links.ArtifactType, Annotations = links.Annotations };
            }
        }
    }

    // Entries of types that are not known here, and manifests that were not copied along, are passed over.
    private static async Task<ManifestLinks?> ReadLinksAsync(IContentSource source, Descriptor descriptor, CancellationToken cancellationToken)
    {
        if (!(MediaTypes.IsManifest(descriptor.MediaType) || MediaTypes.IsIndex(descriptor.MediaType))
            || !await source.ExistsAsync(descriptor, cancellationToken).ConfigureAwait(false))
        {
            return null;
        }
        return ManifestLinks.Parse(descriptor.MediaType, await source.ReadAsync(descriptor, cancellationToken: cancellationToken).ConfigureAwait(false));
    }
}
