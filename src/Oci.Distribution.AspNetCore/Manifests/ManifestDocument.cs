using System.Text;
using System.Text.Json;
using Oci.Image;
using Oci.Image.Manifests;

namespace Oci.Distribution.AspNetCore.Manifests;

/// <summary>What a registry has to know of a pushed manifest.</summary>
internal sealed record ManifestDocument
{
    private const int MaxDepth = 64;

    /// <summary>The media type that it was pushed with, and is served with.</summary>
    public required MediaType MediaType { get; init; }

    /// <summary>Its blobs: config and layers.</summary>
    public IReadOnlyList<Descriptor> Blobs { get; init; } = [];

    /// <summary>The manifests that the repository must have.</summary>
    public IReadOnlyList<Descriptor> Manifests { get; init; } = [];

    /// <summary>What a kind of manifest that is not known here calls a digest, wherever it stands.</summary>
    public IReadOnlyList<Digest> Others { get; init; } = [];

    /// <summary>All that it is made of, as far as it says. The subject is none of it.</summary>
    public IEnumerable<Digest> Needs => Blobs.Concat(Manifests).Select(descriptor => descriptor.Digest).Concat(Others);

    /// <summary>The manifest that it refers to, which need not be there.</summary>
    public Descriptor? Subject { get; init; }

    /// <summary>What it is a referrer of a kind of: its artifact type, or its config's media type.</summary>
    public string? ArtifactType { get; init; }

    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>Reads a manifest that was pushed as <paramref name="mediaType"/>.</summary>
    /// <exception cref="InvalidDocumentException">It is not of that media type, or not valid.</exception>
    public static ManifestDocument Parse(MediaType mediaType, ReadOnlyMemory<byte> content)
    {
        if (MediaTypes.IsManifest(mediaType))
        {
            return FromImage(mediaType, ImageManifest.Parse(content.Span));
        }
        return MediaTypes.IsIndex(mediaType)
            ? FromIndex(mediaType, ImageIndex.Parse(content.Span))
            : FromUnknown(mediaType, content);
    }

    private static ManifestDocument FromImage(MediaType mediaType, ImageManifest manifest)
    {
        CheckMediaType(mediaType, manifest.MediaType);
        return new ManifestDocument
        {
            MediaType = mediaType,
            Blobs = [manifest.Config, .. manifest.Layers],
            Subject = manifest.Subject,
            // distribution-spec, "Listing Referrers": an absent artifactType is the config's media type.
            ArtifactType = string.IsNullOrEmpty(manifest.ArtifactType) ? manifest.Config.MediaType.ToString() : manifest.ArtifactType,
            Annotations = manifest.Annotations,
        };
    }

    private static ManifestDocument FromIndex(MediaType mediaType, ImageIndex index)
    {
        CheckMediaType(mediaType, index.MediaType);
        return new ManifestDocument
        {
            MediaType = mediaType,
            Manifests = index.Manifests,
            Subject = index.Subject,
            ArtifactType = index.ArtifactType,
            Annotations = index.Annotations,
        };
    }

    // A kind of manifest that is not known here is kept as it is, if it is JSON and says so.
    private static ManifestDocument FromUnknown(MediaType mediaType, ReadOnlyMemory<byte> content)
    {
        string name = mediaType.ToString();
        if (!name.EndsWith("+json", StringComparison.OrdinalIgnoreCase))
        {
            throw new InvalidDocumentException("manifest", "$", $"'{name}' is not the media type of a manifest. Set Content-Type to the manifest's own.");
        }
        try
        {
            using JsonDocument json = JsonDocument.Parse(content, new JsonDocumentOptions { MaxDepth = MaxDepth, AllowDuplicateProperties = false });
            if (json.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new InvalidDocumentException("manifest", "$", "it is not a JSON object.");
            }
            if (json.RootElement.TryGetProperty("mediaType", out JsonElement own) && own.ValueKind == JsonValueKind.String)
            {
                CheckMediaType(mediaType, MediaType.TryParse(own.GetString(), out MediaType parsed) ? parsed : default);
            }
            Descriptor? subject = json.RootElement.TryGetProperty("subject", out JsonElement element)
                ? ParseDescriptor(element)
                : null;
            string? artifactType = json.RootElement.TryGetProperty("artifactType", out JsonElement type) && type.ValueKind == JsonValueKind.String
                ? type.GetString()
                : null;
            return new ManifestDocument { MediaType = mediaType, Others = [.. FindDigests(json.RootElement).Distinct()], Subject = subject, ArtifactType = artifactType };
        }
        catch (JsonException e)
        {
            throw new InvalidDocumentException("manifest", e.Path ?? "$", e.Message, e);
        }
    }

    // The rules for descriptors are those of Oci.Image, which reads them in its documents.
    private static Descriptor ParseDescriptor(JsonElement element) =>
        ImageIndex.Parse(Encoding.UTF8.GetBytes($"{{\"schemaVersion\":2,\"manifests\":[{element.GetRawText()}]}}")).Manifests[0];

    private static void CheckMediaType(MediaType pushed, MediaType? own)
    {
        if (own is { } value && value != pushed)
        {
            throw new InvalidDocumentException("manifest", "$.mediaType", $"it is '{value}', and the Content-Type is '{pushed}'. They must be the same.");
        }
    }

    private static IEnumerable<Digest> FindDigests(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member => member.NameEquals("digest") && member.Value.ValueKind == JsonValueKind.String
            ? Digest.TryParse(member.Value.GetString(), out Digest digest) ? [digest] : []
            : FindDigests(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(FindDigests),
        _ => [],
    };
}
