using System.Text.Json.Serialization;

namespace Oci.Runtime.Linux.Networking;

/// <summary>What a plugin that failed writes to its standard output (CNI specification, section 5, "Error").</summary>
internal sealed record CniError
{
    [JsonPropertyName("code")]
    public int? Code { get; init; }

    [JsonPropertyName("msg")]
    public string? Message { get; init; }

    [JsonPropertyName("details")]
    public string? Details { get; init; }
}
