using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oci.Image.Configuration;

/// <summary>How a container of an image is run (image-spec, config.md, "config").</summary>
public sealed record ContainerConfig
{
    /// <summary>Who runs the process: <c>user</c>, <c>uid</c>, <c>user:group</c>, <c>uid:gid</c>; root where absent.</summary>
    [JsonPropertyName("User")]
    public string? User { get; init; }

    /// <summary>Ports to expose, as <c>port/tcp</c>, <c>port/udp</c> or <c>port</c>; the values are empty objects.</summary>
    [JsonPropertyName("ExposedPorts")]
    public IReadOnlyDictionary<string, JsonElement>? ExposedPorts { get; init; }

    /// <summary>The environment, as <c>NAME=VALUE</c>.</summary>
    [JsonPropertyName("Env")]
    public IReadOnlyList<string>? Env { get; init; }

    /// <summary>What is always run; <see cref="Cmd"/> follows as its arguments.</summary>
    [JsonPropertyName("Entrypoint")]
    public IReadOnlyList<string>? Entrypoint { get; init; }

    /// <summary>The default arguments of the entrypoint, or the command where there is no entrypoint.</summary>
    [JsonPropertyName("Cmd")]
    public IReadOnlyList<string>? Cmd { get; init; }

    /// <summary>Paths where data is written that is not the image's; the values are empty objects.</summary>
    [JsonPropertyName("Volumes")]
    public IReadOnlyDictionary<string, JsonElement>? Volumes { get; init; }

    /// <summary>The directory that the process starts in.</summary>
    [JsonPropertyName("WorkingDir")]
    public string? WorkingDir { get; init; }

    /// <summary>Arbitrary metadata.</summary>
    [JsonPropertyName("Labels")]
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>The signal that ends the container, as <c>SIGTERM</c> or a number.</summary>
    [JsonPropertyName("StopSignal")]
    public string? StopSignal { get; init; }

    /// <summary>Windows: the command is already escaped. Deprecated by the spec.</summary>
    [JsonPropertyName("ArgsEscaped")]
    public bool? ArgsEscaped { get; init; }

    /// <summary>Docker's: how to find out whether the container works.</summary>
    [JsonPropertyName("Healthcheck")]
    public HealthCheck? HealthCheck { get; init; }

    /// <summary>Docker's: instructions that run when another image is built on this one.</summary>
    [JsonPropertyName("OnBuild")]
    public IReadOnlyList<string>? OnBuild { get; init; }

    /// <summary>Docker's: the shell for commands that are one line, <c>/bin/sh -c</c> where absent.</summary>
    [JsonPropertyName("Shell")]
    public IReadOnlyList<string>? Shell { get; init; }

    /// <summary>Docker's: how many seconds a container has to end after <see cref="StopSignal"/>, before it is killed.</summary>
    [JsonPropertyName("StopTimeout")]
    public int? StopTimeout { get; init; }

    /// <summary>Members this version does not know, such as Docker's Hostname, kept for writing.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? ExtensionData { get; set; }
}
