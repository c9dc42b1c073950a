using System.Text.Json.Serialization;

namespace Oci.Runtime.Linux.Features;

/// <summary>The system call filters that a runtime can make (runtime-spec, features-linux.md, "Seccomp").</summary>
public sealed record SeccompFeatures
{
    /// <summary>Whether it can at all.</summary>
    [JsonPropertyName("enabled")]
    public bool? Enabled { get; init; }

    /// <summary>The actions that are known.</summary>
    [JsonPropertyName("actions")]
    public IReadOnlyList<string>? Actions { get; init; }

    /// <summary>The comparisons of arguments that are known.</summary>
    [JsonPropertyName("operators")]
    public IReadOnlyList<string>? Operators { get; init; }

    /// <summary>The architectures that are known.</summary>
    [JsonPropertyName("archs")]
    public IReadOnlyList<string>? Architectures { get; init; }

    /// <summary>The flags that are known.</summary>
    [JsonPropertyName("knownFlags")]
    public IReadOnlyList<string>? KnownFlags { get; init; }

    /// <summary>The flags that can be used.</summary>
    [JsonPropertyName("supportedFlags")]
    public IReadOnlyList<string>? SupportedFlags { get; init; }
}
