using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oci.Image;

/// <summary>Reads and writes times as RFC 3339, to the letter.</summary>
internal sealed class Rfc3339JsonConverter : JsonConverter<Rfc3339Time>
{
    public override Rfc3339Time Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && Rfc3339Time.TryParse(reader.GetString()!, out Rfc3339Time value) ? value : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, Rfc3339Time value, JsonSerializerOptions options) => writer.WriteStringValue(value.Text);
}
