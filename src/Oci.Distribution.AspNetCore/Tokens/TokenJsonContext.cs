using System.Text.Json.Serialization;

namespace Oci.Distribution.AspNetCore.Tokens;

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TokenHeader))]
[JsonSerializable(typeof(TokenPayload))]
[JsonSerializable(typeof(TokenAnswer))]
internal sealed partial class TokenJsonContext : JsonSerializerContext
{
}
