using System.Text.Json;
using Oci.Image;

namespace Oci.Distribution.Manifests;

/// <summary>Finds out of what type a manifest is. The document's own word is covered by its digest; the registry's is not.</summary>
internal static class ManifestMediaType
{
    private const int MaxDepth = 64;

    /// <summary>The <c>mediaType</c> member, else what the registry said, where that is a type of manifest, else what the members tell.</summary>
    public static MediaType? Read(MediaType? told, ReadOnlySpan<byte> content)
    {
        Members? members = ReadMembers(content);
        if (members is null)
        {
            // Not JSON: the document is refused where it is parsed. Its bytes are still what the digest says.
            return told;
        }
        if (members.MediaType is MediaType own)
        {
            return own;
        }
        if (told is MediaType type && (MediaTypes.IsManifest(type) || MediaTypes.IsIndex(type)))
        {
            return type;
        }
        return members.HasManifests ? MediaTypes.ImageIndex : members.HasLayers ? MediaTypes.ImageManifest : told;
    }

    /// <summary>The <c>mediaType</c> member; <see langword="null"/> where there is none.</summary>
    public static MediaType? ReadOwn(ReadOnlySpan<byte> content) => ReadMembers(content)?.MediaType;

    /// <summary>Whether what a registry says of a type contradicts the document, beyond saying nothing special, as <c>text/plain</c> does.</summary>
    public static bool Contradicts(MediaType? told, MediaType? own) =>
        told is MediaType type && own is MediaType mediaType && type != mediaType && type.ToString().StartsWith("application/vnd.", StringComparison.OrdinalIgnoreCase);

    private static Members? ReadMembers(ReadOnlySpan<byte> content)
    {
        var members = new Members();
        try
        {
            var reader = new Utf8JsonReader(content, new JsonReaderOptions { MaxDepth = MaxDepth });
            if (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            {
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    bool isMediaType = reader.ValueTextEquals("mediaType");
                    members.HasManifests |= reader.ValueTextEquals("manifests");
                    members.HasLayers |= reader.ValueTextEquals("layers");
                    reader.Read();
                    if (isMediaType && reader.TokenType == JsonTokenType.String && MediaType.TryParse(reader.GetString(), out MediaType own))
                    {
                        members.MediaType = own;
                        return members;
                    }
                    reader.Skip();
                }
            }
        }
        catch (JsonException)
        {
            return null;
        }
        return members;
    }

    private sealed class Members
    {
        public MediaType? MediaType { get; set; }

        public bool HasManifests { get; set; }

        public bool HasLayers { get; set; }
    }
}
