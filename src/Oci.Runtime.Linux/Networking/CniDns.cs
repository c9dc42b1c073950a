using System.Text.Json.Serialization;

namespace Oci.Runtime.Linux.Networking;

/// <summary>How a container is to look names up (resolv.conf(5)).</summary>
public sealed record CniDns
{
    /// <summary>Addresses of name servers, the preferred first.</summary>
    [JsonPropertyName("nameservers")]
    public IReadOnlyList<string> NameServers { get; init => field = value ?? []; } = [];

    /// <summary>The local domain; null for none.</summary>
    [JsonPropertyName("domain")]
    public string? Domain { get; init; }

    /// <summary>Domains that short names are looked up in.</summary>
    [JsonPropertyName("search")]
    public IReadOnlyList<string> Search { get; init => field = value ?? []; } = [];

    /// <summary>Options of the resolver.</summary>
    [JsonPropertyName("options")]
    public IReadOnlyList<string> Options { get; init => field = value ?? []; } = [];
}
