using System.Text.Json.Serialization;

namespace Oci.Runtime.Linux.Networking;

/// <summary>A route of the container.</summary>
public sealed record CniRoute
{
    /// <summary>The destination with the length of its prefix.</summary>
    [JsonPropertyName("dst")]
    public string Destination { get; init; } = "";

    /// <summary>The next hop; null for the gateway of the address.</summary>
    [JsonPropertyName("gw")]
    public string? Gateway { get; init; }
}
