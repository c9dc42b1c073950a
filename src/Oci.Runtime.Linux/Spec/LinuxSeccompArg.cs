using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oci.Runtime.Linux.Spec;

/// <summary>A condition on one argument of a system call.</summary>
public sealed record LinuxSeccompArg
{
    /// <summary>Which argument, 0 to 5.</summary>
    [JsonPropertyName("index")]
    public required uint Index { get; init; }

    /// <summary>What it is compared with, or the mask of <c>SCMP_CMP_MASKED_EQ</c>.</summary>
    [JsonPropertyName("value")]
    public required ulong Value { get; init; }

    /// <summary>The value of <c>SCMP_CMP_MASKED_EQ</c>.</summary>
    [JsonPropertyName("valueTwo")]
    public ulong? ValueTwo { get; init; }

    /// <summary>How, such as <c>SCMP_CMP_EQ</c>.</summary>
    [JsonPropertyName("op")]
    public required string Op { get; init; }

    /// <summary>Members that this version does not know, kept for writing.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? ExtensionData { get; set; }
}
