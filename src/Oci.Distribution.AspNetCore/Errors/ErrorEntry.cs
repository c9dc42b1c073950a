using System.Text.Json.Serialization;

namespace Oci.Distribution.AspNetCore.Errors;

/// <summary>One error of an error document.</summary>
internal sealed record ErrorEntry(
    [property: JsonPropertyName("code")] string Code,
    [property: JsonPropertyName("message")] string Message,
    [property: JsonPropertyName("detail")] IReadOnlyDictionary<string, string>? Detail = null);
