using Oci.Image;

namespace Oci.Distribution.Artifacts;

/// <summary>What refers to a manifest, what refers to that, and so on: signatures of SBOMs of images.</summary>
public static class ReferrerTree
{
    /// <summary>Reads the tree of referrers.</summary>
    /// <param name="source">Where to look.</param>
    /// <param name="subject">The manifest at the root of the tree, which need not be there itself.</param>
    /// <param name="options">What is looked for, and the limits; <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>The tree. Each manifest is in it once, where it is found first: a registry that lists in circles makes no endless tree.</returns>
    /// <exception cref="OciImageException">There are more than <see cref="ReferrerTreeOptions.MaxReferrers"/>.</exception>
    public static async Task<ReferrerNode> ReadAsync(IContentSource source, Descriptor subject, ReferrerTreeOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(subject);
        options ??= new ReferrerTreeOptions();
        var root = new ReferrerNode(subject);
        HashSet<Digest> seen = [subject.Digest];
        List<ReferrerNode> level = [root];
        for (int depth = 0; depth < options.MaxDepth && level.Count > 0; depth++)
        {
            List<ReferrerNode> below = [];
            foreach (ReferrerNode node in level)
            {
                await foreach (Descriptor referrer in source.ListReferrersAsync(node.Descriptor.Digest, options.ArtifactType, cancellationToken).ConfigureAwait(false))
                {
                    if (!seen.Add(referrer.Digest))
                    {
                        continue;
                    }
                    if (seen.Count > options.MaxReferrers + 1)
                    {
                        throw new OciImageException($"{subject.Digest} has more than {options.MaxReferrers} referrers. ReferrerTreeOptions.MaxReferrers sets the limit.");
                    }
                    below.Add(node.Add(referrer));
                }
            }
            level = below;
        }
        return root;
    }
}
