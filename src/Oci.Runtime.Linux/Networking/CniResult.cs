using System.Text.Json.Serialization;

namespace Oci.Runtime.Linux.Networking;

/// <summary>What a network gave to a container (CNI specification, section 5).</summary>
public sealed record CniResult
{
    /// <summary>The interfaces that were made, in the container and on the host.</summary>
    [JsonPropertyName("interfaces")]
    public IReadOnlyList<CniInterface> Interfaces { get; init => field = value ?? []; } = [];

    /// <summary>The addresses.</summary>
    [JsonPropertyName("ips")]
    public IReadOnlyList<CniAddress> Addresses { get; init => field = value ?? []; } = [];

    /// <summary>The routes.</summary>
    [JsonPropertyName("routes")]
    public IReadOnlyList<CniRoute> Routes { get; init => field = value ?? []; } = [];

    /// <summary>What the container is to look names up with; null where the network says nothing.</summary>
    [JsonPropertyName("dns")]
    public CniDns? Dns { get; init; }
}
