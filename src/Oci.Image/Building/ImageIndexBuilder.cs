using Oci.Image.Manifests;

namespace Oci.Image.Building;

/// <summary>Puts an index together, as a rule of one image for each of several platforms; or changes one.</summary>
/// <remarks>Tools take the first entry that fits, so the order matters. Not safe for concurrent use.</remarks>
/// <example>
/// <code>
/// var builder = new ImageIndexBuilder().Add(amd64).Add(arm64);
/// Descriptor index = await builder.BuildAsync(store);
/// </code>
/// </example>
public sealed class ImageIndexBuilder
{
    private readonly ImageIndex? _edited;
    private readonly List<Descriptor> _manifests;

    /// <summary>Begins an empty index.</summary>
    /// <param name="format">The media type to write.</param>
    public ImageIndexBuilder(ImageFormat format = ImageFormat.Oci)
    {
        _manifests = [];
        Format = format;
        Annotations = SortedAnnotations.Copy(null);
    }

    /// <summary>Begins to change an index: all that is not changed stays.</summary>
    /// <param name="index">The index.</param>
    public ImageIndexBuilder(ImageIndex index)
    {
        ArgumentNullException.ThrowIfNull(index);
        _edited = index;
        _manifests = [.. index.Manifests];
        Format = index.MediaType == MediaTypes.DockerManifestList ? ImageFormat.Docker : ImageFormat.Oci;
        ArtifactType = index.ArtifactType;
        Subject = index.Subject;
        Annotations = SortedAnnotations.Copy(index.Annotations);
    }

    /// <summary>The media type to write. The entries keep theirs.</summary>
    public ImageFormat Format { get; set; }

    /// <summary>The type of an artifact, where the index is one.</summary>
    public string? ArtifactType { get; set; }

    /// <summary>What the index speaks about, where it is a referrer.</summary>
    public Descriptor? Subject { get; set; }

    /// <summary>Annotations of the index.</summary>
    public IDictionary<string, string> Annotations { get; }

    /// <summary>The entries so far, in their order.</summary>
    public IReadOnlyList<Descriptor> Manifests => [.. _manifests];

    /// <summary>Adds an image, with the platform that its config says.</summary>
    /// <param name="image">The image. Its manifest must be in the store when the index is built.</param>
    /// <param name="annotations">Annotations of the entry.</param>
    /// <returns>This builder.</returns>
    public ImageIndexBuilder Add(OciImage image, IReadOnlyDictionary<string, string>? annotations = null) => Add(Describe(image, annotations));

    /// <summary>Adds a manifest or a nested index, as it is described.</summary>
    /// <param name="manifest">The entry: what <see cref="ImageBuilder.BuildAsync"/> returns, with its platform.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentException">It is neither manifest nor index, or is in the index already.</exception>
    public ImageIndexBuilder Add(Descriptor manifest)
    {
        Check(manifest);
        if (_manifests.Exists(entry => entry.Digest == manifest.Digest && entry.Platform == manifest.Platform))
        {
            throw new ArgumentException($"The index has {manifest.Digest} already.", nameof(manifest));
        }
        _manifests.Add(manifest);
        return this;
    }

    /// <summary>Puts an image in the place of the one for the same platform; adds it where there is none.</summary>
    /// <returns>This builder.</returns>
    public ImageIndexBuilder Replace(OciImage image, IReadOnlyDictionary<string, string>? annotations = null) => Replace(Describe(image, annotations));

    /// <summary>Puts a manifest in the place of the one for the same platform; adds it where there is none.</summary>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentException">It is neither manifest nor index, or says no platform.</exception>
    public ImageIndexBuilder Replace(Descriptor manifest)
    {
        Check(manifest);
        Platform platform = manifest.Platform ?? throw new ArgumentException($"The manifest {manifest.Digest} says no platform by which to replace one.", nameof(manifest));
        int at = _manifests.FindIndex(entry => IsFor(entry, platform));
        _manifests.RemoveAll(entry => IsFor(entry, platform));
        _manifests.Insert(at < 0 ? _manifests.Count : at, manifest);
        return this;
    }

    /// <summary>Takes out what is exactly for a platform.</summary>
    /// <returns>How many entries that were.</returns>
    public int Remove(Platform platform)
    {
        ArgumentNullException.ThrowIfNull(platform);
        return _manifests.RemoveAll(entry => IsFor(entry, platform));
    }

    /// <summary>Takes a manifest out.</summary>
    /// <returns>How many entries that were.</returns>
    public int Remove(Digest digest) => _manifests.RemoveAll(entry => entry.Digest == digest);

    /// <summary>Writes the index. It has no tag yet.</summary>
    /// <param name="store">The store that has the manifests.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="ContentNotFoundException">The store has not one of the manifests that were added.</exception>
    /// <exception cref="InvalidOperationException">A Docker list would have a subject, an artifact type or an OCI manifest; or the index is over <see cref="ImageBuilder.MaxManifestSize"/>.</exception>
    public async Task<Descriptor> BuildAsync(IContentStore store, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        if (Format == ImageFormat.Docker && (Subject is not null || ArtifactType is not null || _manifests.Exists(entry => entry.MediaType != MediaTypes.DockerManifest)))
        {
            throw new InvalidOperationException($"A Docker manifest list has no subject and no artifact type, and lists Docker manifests only. Set {nameof(Format)} to {nameof(ImageFormat.Oci)}.");
        }
        HashSet<Digest> known = [.. _edited?.Manifests.Select(entry => entry.Digest) ?? []];
        foreach (Descriptor entry in _manifests.Where(entry => !known.Contains(entry.Digest)))
        {
            if (!await store.ExistsAsync(entry, cancellationToken).ConfigureAwait(false))
            {
                throw new ContentNotFoundException(entry.Digest.ToString(), store.ToString() ?? "The store");
            }
        }
        MediaType mediaType = Format == ImageFormat.Docker ? MediaTypes.DockerManifestList : MediaTypes.ImageIndex;
        ImageIndex index = (_edited ?? new ImageIndex { Manifests = [] }) with
        {
            MediaType = mediaType,
            ArtifactType = ArtifactType,
            Manifests = [.. _manifests],
            Subject = Subject?.ToPlain(),
            Annotations = SortedAnnotations.ToMember(Annotations),
        };
        byte[] bytes = index.ToUtf8Bytes();
        if (bytes.Length > ImageBuilder.MaxManifestSize)
        {
            throw new InvalidOperationException($"The index takes {bytes.Length} bytes, and registries need not take more than {ImageBuilder.MaxManifestSize} (ImageBuilder.{nameof(ImageBuilder.MaxManifestSize)}). It lists {_manifests.Count} manifests and has {Annotations.Count} annotations: nest some in an index of their own.");
        }
        Descriptor descriptor = Descriptor.Create(mediaType, bytes) with { ArtifactType = ArtifactType };
        await ImageBuilder.AddAsync(store, descriptor, bytes, cancellationToken).ConfigureAwait(false);
        return descriptor;
    }

    private static Descriptor Describe(OciImage image, IReadOnlyDictionary<string, string>? annotations)
    {
        ArgumentNullException.ThrowIfNull(image);
        return image.Descriptor.ToPlain() with { Platform = image.Config.Platform, Annotations = annotations };
    }

    private static void Check(Descriptor manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        if (!MediaTypes.IsManifest(manifest.MediaType) && !MediaTypes.IsIndex(manifest.MediaType))
        {
            throw new ArgumentException($"{manifest.Digest} is a {manifest.MediaType}; an index lists manifests and indexes.", nameof(manifest));
        }
    }

    // By the spelling of PlatformMatcher, so that arm64 and arm64/v8 are one.
    private static bool IsFor(Descriptor entry, Platform platform) =>
        entry.Platform is Platform own && PlatformMatcher.GetDistance(platform, own) == 0 && PlatformMatcher.GetDistance(own, platform) == 0
        && own.OsVersion == platform.OsVersion;
}
