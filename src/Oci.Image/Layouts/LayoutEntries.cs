using Oci.Image.Manifests;

namespace Oci.Image.Layouts;

/// <summary>The entries of an <c>index.json</c>: who has which tag. Every change gives a new index, or the same where nothing changed.</summary>
internal static class LayoutEntries
{
    public static string? TagOf(Descriptor entry) => entry.Annotations?.GetValueOrDefault(AnnotationKeys.RefName);

    public static IEnumerable<string> ListTags(ImageIndex index) =>
        index.Manifests.Select(TagOf).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    /// <summary>The entry of a tag, of the name that containerd writes, or of <c>@N</c>: the place in the list, from 0, as skopeo has it.</summary>
    public static Descriptor? Find(ImageIndex index, string tag) =>
        PlaceReference.TryParse(tag, out int place) ? index.Manifests.ElementAtOrDefault(place)
        : index.Manifests.FirstOrDefault(entry => TagOf(entry) == tag)
        ?? index.Manifests.FirstOrDefault(entry => entry.Annotations?.GetValueOrDefault(AnnotationKeys.ContainerdImageName) == tag);

    public static Descriptor? FindOnly(ImageIndex index, string place) => index.Manifests switch
    {
        [] => null,
        [Descriptor only] => only,
        _ => throw new OciImageException($"{place} has {index.Manifests.Count} images, so a tag or digest must say which. Tags: {string.Join(", ", ListTags(index).DefaultIfEmpty("none"))}."),
    };

    /// <summary>Lists a manifest without a tag, unless it is reachable; what it lists itself needs no entry of its own any more.</summary>
    public static async ValueTask<ImageIndex> AddRootAsync(IContentSource source, ImageIndex index, Descriptor descriptor, CancellationToken cancellationToken)
    {
        if (await ManifestGraph.FindAsync(source, index, descriptor.Digest, cancellationToken).ConfigureAwait(false) is not null)
        {
            return index;
        }
        HashSet<Digest> children = [];
        if (MediaTypes.IsIndex(descriptor.MediaType))
        {
            ImageIndex added = await source.ReadIndexAsync(descriptor, cancellationToken).ConfigureAwait(false);
            children = [.. added.Manifests.Select(child => child.Digest)];
        }
        return index with
        {
            Manifests = [.. index.Manifests.Where(entry => TagOf(entry) is not null || !children.Contains(entry.Digest)), ToEntry(descriptor, tag: null)],
        };
    }

    public static async ValueTask<ImageIndex> TagAsync(IContentSource source, ImageIndex index, Descriptor descriptor, string tag, CancellationToken cancellationToken)
    {
        if (index.Manifests.Count(entry => TagOf(entry) == tag) == 1 && Find(index, tag)!.Digest == descriptor.Digest)
        {
            return index;
        }
        ImageIndex untagged = await UntagAsync(source, index, tag, cancellationToken).ConfigureAwait(false);
        return index with
        {
            Manifests = [.. untagged.Manifests.Where(entry => TagOf(entry) is not null || entry.Digest != descriptor.Digest), ToEntry(descriptor, tag)],
        };
    }

    public static async ValueTask<ImageIndex> UntagAsync(IContentSource source, ImageIndex index, string tag, CancellationToken cancellationToken)
    {
        if (!index.Manifests.Any(entry => TagOf(entry) == tag))
        {
            return index;
        }
        List<Descriptor> kept = [.. index.Manifests.Where(entry => TagOf(entry) != tag)];
        foreach (Descriptor entry in index.Manifests.Where(entry => TagOf(entry) == tag))
        {
            // A signature or SBOM is found through its entry alone.
            if (!kept.Any(other => other.Digest == entry.Digest)
                && await ManifestGraph.GetSubjectAsync(source, entry, cancellationToken).ConfigureAwait(false) is not null)
            {
                kept.Add(ToEntry(entry, tag: null));
            }
        }
        return index with { Manifests = kept };
    }

    // What else stood with the descriptor (URLs, data, names in another layout) was true there, not here.
    private static Descriptor ToEntry(Descriptor descriptor, string? tag) => descriptor.ToPlain() with
    {
        Platform = descriptor.Platform,
        Annotations = tag is null ? null : new Dictionary<string, string> { [AnnotationKeys.RefName] = tag },
    };
}
