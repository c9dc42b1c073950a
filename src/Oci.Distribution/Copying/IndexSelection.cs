using Oci.Image;
using Oci.Image.Manifests;

namespace Oci.Distribution.Copying;

/// <summary>Which manifests of the indexes of an image are copied.</summary>
internal sealed class IndexSelection
{
    // BuildKit's attestation storage: which image of the index an attestation is about.
    private const string AttestedKey = "vnd.docker.reference.digest";

    private readonly Predicate<Descriptor>? _include;
    private readonly HashSet<Digest>? _images;

    private IndexSelection(Predicate<Descriptor>? include, HashSet<Digest>? images)
    {
        _include = include;
        _images = images;
    }

    /// <summary>Whether anything may be left out.</summary>
    public bool IsActive => _include is not null || _images is not null;

    /// <summary>Finds the images of the platforms that are asked for.</summary>
    /// <exception cref="PlatformNotFoundException">There is none for one of them.</exception>
    public static async Task<IndexSelection> CreateAsync(IContentSource source, Descriptor root, CopyOptions options, CancellationToken cancellationToken)
    {
        if (options.Platforms.Count == 0 || !MediaTypes.IsIndex(root.MediaType))
        {
            return new IndexSelection(options.Include, null);
        }
        var images = new HashSet<Digest>();
        foreach (Platform platform in options.Platforms)
        {
            images.Add((await PlatformSelector.SelectAsync(source, root, platform, cancellationToken).ConfigureAwait(false)).Digest);
        }
        return new IndexSelection(options.Include, images);
    }

    /// <summary>Whether an entry is copied. Of an index that is, it depends on what it lists in its turn.</summary>
    public bool Includes(Descriptor entry) =>
        (_include is null || _include(entry))
        && (_images is null || MediaTypes.IsIndex(entry.MediaType) || _images.Contains(entry.Digest) || IsAttestation(entry, _images));

    private static bool IsAttestation(Descriptor entry, HashSet<Digest> images) =>
        entry.Annotations?.TryGetValue(AttestedKey, out string? subject) == true && Digest.TryParse(subject, out Digest digest) && images.Contains(digest);
}
