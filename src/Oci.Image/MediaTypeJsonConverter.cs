using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oci.Image;

/// <summary>Reads and writes a <see cref="MediaType"/> as JSON text, in the documents of any app.</summary>
public sealed class MediaTypeJsonConverter : JsonConverter<MediaType>
{
    /// <inheritdoc/>
    public override MediaType Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            throw new JsonException();
        }
        string text = reader.GetString()!;
        // "mediaType": "" stands in documents of older tools for a member that is absent.
        return text.Length == 0 ? default : MediaType.TryParse(text, out MediaType value) ? value : throw new JsonException();
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, MediaType value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
