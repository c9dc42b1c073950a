using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oci.Image.Configuration;

/// <summary>How Docker and podman find out whether a container works. Reserved by image-spec (config.md), defined by Docker.</summary>
public sealed record HealthCheck
{
    /// <summary>What is run: <c>NONE</c>; <c>CMD</c> and arguments; or <c>CMD-SHELL</c> and a line for the shell. Empty to take the base image's.</summary>
    [JsonPropertyName("Test")]
    public IReadOnlyList<string>? Test { get; init; }

    /// <summary>The time between two checks in nanoseconds; 0 or absent for the engine's default.</summary>
    [JsonPropertyName("Interval")]
    public long? Interval { get; init; }

    /// <summary>The time after which a check has failed, in nanoseconds; 0 or absent for the engine's default.</summary>
    [JsonPropertyName("Timeout")]
    public long? Timeout { get; init; }

    /// <summary>The time that the container has to start, in nanoseconds: what fails before does not count.</summary>
    [JsonPropertyName("StartPeriod")]
    public long? StartPeriod { get; init; }

    /// <summary>The time between two checks while the container starts, in nanoseconds.</summary>
    [JsonPropertyName("StartInterval")]
    public long? StartInterval { get; init; }

    /// <summary>How many checks in a row have to fail; 0 or absent for the engine's default.</summary>
    [JsonPropertyName("Retries")]
    public int? Retries { get; init; }

    /// <summary>Members this version does not know, kept for writing.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? ExtensionData { get; set; }
}
