using System.Text.Json.Serialization;

namespace Oci.Runtime.Linux.Networking;

/// <summary>An address of an interface.</summary>
public sealed record CniAddress
{
    /// <summary>The address with the length of its prefix, such as <c>10.1.0.2/16</c>.</summary>
    [JsonPropertyName("address")]
    public string Address { get; init; } = "";

    /// <summary>The gateway of its subnet; null where there is none.</summary>
    [JsonPropertyName("gateway")]
    public string? Gateway { get; init; }

    /// <summary>Its place in <see cref="CniResult.Interfaces"/>; null where it is not said.</summary>
    [JsonPropertyName("interface")]
    public int? Interface { get; init; }
}
