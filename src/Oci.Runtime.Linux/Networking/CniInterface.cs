using System.Text.Json.Serialization;

namespace Oci.Runtime.Linux.Networking;

/// <summary>An interface that a plugin made.</summary>
public sealed record CniInterface
{
    /// <summary>Its name.</summary>
    [JsonPropertyName("name")]
    public string Name { get; init; } = "";

    /// <summary>Its hardware address; null where it has none.</summary>
    [JsonPropertyName("mac")]
    public string? Mac { get; init; }

    /// <summary>The network namespace that it is in; null or empty for that of the host.</summary>
    [JsonPropertyName("sandbox")]
    public string? Sandbox { get; init; }
}
