using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oci.Runtime.Linux.Spec;

/// <summary>A limit of huge pages of one size.</summary>
public sealed record LinuxHugepageLimit
{
    /// <summary>The size, such as <c>2MB</c> or <c>1GB</c>.</summary>
    [JsonPropertyName("pageSize")]
    public required string PageSize { get; init; }

    /// <summary>The most bytes.</summary>
    [JsonPropertyName("limit")]
    public required ulong Limit { get; init; }

    /// <summary>Members that this version does not know, kept for writing.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? ExtensionData { get; set; }
}
