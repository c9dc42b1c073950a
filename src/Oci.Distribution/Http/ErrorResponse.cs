using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oci.Distribution.Http;

/// <summary>The body of an error (distribution-spec, spec.md, "Error Codes").</summary>
internal sealed class ErrorResponse
{
    [JsonPropertyName("errors")]
    public List<Error?>? Errors { get; init; }

    internal sealed class Error
    {
        [JsonPropertyName("code")]
        public string? Code { get; init; }

        [JsonPropertyName("message")]
        public string? Message { get; init; }

        [JsonPropertyName("detail")]
        public JsonElement? Detail { get; init; }
    }
}
