namespace Oci.Image.Manifests;

/// <summary>What a manifest or index points to.</summary>
internal sealed record ManifestLinks
{
    /// <summary>The manifests of an index; empty for a manifest.</summary>
    public required IReadOnlyList<Descriptor> Manifests { get; init; }

    /// <summary>Config and layers of a manifest; empty for an index.</summary>
    public required IReadOnlyList<Descriptor> Blobs { get; init; }

    public required Descriptor? Subject { get; init; }

    /// <summary>What a list of referrers says: the artifact type, or else the config's media type (distribution-spec, "Listing Referrers").</summary>
    public required string? ArtifactType { get; init; }

    public required IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <exception cref="InvalidDocumentException">The content is not what the media type says.</exception>
    public static ManifestLinks Parse(MediaType mediaType, ReadOnlySpan<byte> utf8)
    {
        if (MediaTypes.IsIndex(mediaType))
        {
            ImageIndex index = ImageIndex.Parse(utf8);
            return new()
            {
                Manifests = index.Manifests,
                Blobs = [],
                Subject = index.Subject,
                ArtifactType = index.ArtifactType,
                Annotations = index.Annotations,
            };
        }
        ImageManifest manifest = ImageManifest.Parse(utf8);
        return new()
        {
            Manifests = [],
            Blobs = [manifest.Config, .. manifest.Layers],
            Subject = manifest.Subject,
            ArtifactType = manifest.ArtifactType ?? manifest.Config.MediaType.ToString(),
            Annotations = manifest.Annotations,
        };
    }

    /// <summary>The media type of a document of which only the bytes are known; <see langword="null"/> where it is neither manifest nor index.</summary>
    public static MediaType? Sniff(ReadOnlySpan<byte> utf8)
    {
        if (!utf8.TrimStart(" \t\r\n"u8).StartsWith("{"u8))
        {
            return null;
        }
        try
        {
            ImageIndex index = ImageIndex.Parse(utf8);
            return index.MediaType is { IsEmpty: false } stated ? stated : MediaTypes.ImageIndex;
        }
        catch (InvalidDocumentException)
        {
            // No index; perhaps a manifest.
        }
        try
        {
            ImageManifest manifest = ImageManifest.Parse(utf8);
            return manifest.MediaType is { IsEmpty: false } stated ? stated : MediaTypes.ImageManifest;
        }
        catch (InvalidDocumentException)
        {
            return null;
        }
    }
}
