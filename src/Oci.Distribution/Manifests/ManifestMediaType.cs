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
        bool hasManifests = false;
        bool hasLayers = false;
        try
        {
            var reader = new Utf8JsonReader(content, new JsonReaderOptions { MaxDepth = MaxDepth });
            if (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            {
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    bool isMediaType = reader.ValueTextEquals("mediaType");
                    hasManifests |= reader.ValueTextEquals("manifests");
                    hasLayers |= reader.ValueTextEquals("layers");
                    reader.Read();
                    if (isMediaType && reader.TokenType == JsonTokenType.String && MediaType.TryParse(reader.GetString(), out MediaType own))
                    {
                        return own;
                    }
                    reader.Skip();
                }
            }
        }
        catch (JsonException)
        {
            // Not JSON: the document is refused where it is parsed. Its bytes are still what the digest says.
            return told;
        }
        if (told is MediaType type && (MediaTypes.IsManifest(type) || MediaTypes.IsIndex(type)))
        {
            return type;
        }
        return hasManifests ? MediaTypes.ImageIndex : hasLayers ? MediaTypes.ImageManifest : told;
    }
}
