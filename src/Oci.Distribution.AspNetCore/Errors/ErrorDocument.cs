using System.Text.Json.Serialization;

namespace Oci.Distribution.AspNetCore.Errors;

/// <summary>The body of every 4xx answer (distribution-spec, "Error Codes").</summary>
internal sealed record ErrorDocument([property: JsonPropertyName("errors")] IReadOnlyList<ErrorEntry> Errors);
