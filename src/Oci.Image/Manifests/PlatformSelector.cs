using Oci.Image.Configuration;

namespace Oci.Image.Manifests;

/// <summary>Finds the manifest for a platform in an index and the indexes that it lists.</summary>
public static class PlatformSelector
{
    // BuildKit's attestation storage: "vnd.docker.reference.type": "attestation-manifest".
    private const string AttestationKey = "vnd.docker.reference.type";

    /// <summary>The manifest that fits a platform best.</summary>
    /// <param name="source">Where the index, and what it lists, is read.</param>
    /// <param name="index">The index.</param>
    /// <param name="wanted">The machine that is to run the image.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="PlatformNotFoundException">No manifest is for the platform.</exception>
    public static async Task<Descriptor> SelectAsync(IContentSource source, Descriptor index, Platform wanted, CancellationToken cancellationToken = default)
    {
        ImageIndex root = await source.ReadIndexAsync(index, cancellationToken).ConfigureAwait(false);
        var available = new List<Platform>();
        Descriptor? best = null;
        int bestDistance = int.MaxValue;
        await foreach (Descriptor candidate in ManifestGraph.WalkAsync(source, root, isStrict: true, cancellationToken).ConfigureAwait(false))
        {
            if (await GetPlatformAsync(source, candidate, cancellationToken).ConfigureAwait(false) is not Platform platform)
            {
                continue;
            }
            available.Add(platform);
            // The order of the index decides between equals: image-index.md has the first match preferred.
            if (PlatformMatcher.GetDistance(wanted, platform) is int distance && distance < bestDistance)
            {
                best = candidate;
                bestDistance = distance;
            }
        }
        return best ?? throw new PlatformNotFoundException(wanted, available);
    }

    // "platform" is optional in an index: then the config says it. Artifacts, such as BuildKit's attestations
    // (platform unknown/unknown, or an annotation) and signatures, are no candidates.
    private static async Task<Platform?> GetPlatformAsync(IContentSource source, Descriptor candidate, CancellationToken cancellationToken)
    {
        if (!MediaTypes.IsManifest(candidate.MediaType) || candidate.ArtifactType is not null || candidate.Platform is { Os: "unknown" }
            || candidate.Annotations?.ContainsKey(AttestationKey) == true)
        {
            return null;
        }
        if (candidate.Platform is not null)
        {
            return candidate.Platform;
        }
        if (!await source.ExistsAsync(candidate, cancellationToken).ConfigureAwait(false))
        {
            return null;
        }
        ImageManifest manifest = await source.ReadManifestAsync(candidate, cancellationToken).ConfigureAwait(false);
        if (!MediaTypes.IsConfig(manifest.Config.MediaType))
        {
            return null;
        }
        ImageConfig config = await source.ReadConfigAsync(manifest.Config, cancellationToken).ConfigureAwait(false);
        return config.Platform;
    }
}
