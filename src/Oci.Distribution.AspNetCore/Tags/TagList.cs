using System.Text.Json.Serialization;

namespace Oci.Distribution.AspNetCore.Tags;

/// <summary>The answer to <c>GET /v2/NAME/tags/list</c>.</summary>
internal sealed record TagList(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("tags")] IReadOnlyList<string> Tags);
