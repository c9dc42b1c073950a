using System.Text.Json.Serialization;

namespace Oci.Runtime.Linux.Spec;

/// <summary>Where a container is in its life (runtime-spec, runtime.md, "State").</summary>
public enum ContainerStatus
{
    /// <summary>The container is being created.</summary>
    [JsonStringEnumMemberName("creating")]
    Creating,

    /// <summary>The environment is there; the program waits for start.</summary>
    [JsonStringEnumMemberName("created")]
    Created,

    /// <summary>The program runs.</summary>
    [JsonStringEnumMemberName("running")]
    Running,

    /// <summary>The program has ended.</summary>
    [JsonStringEnumMemberName("stopped")]
    Stopped,

    /// <summary>All processes are frozen; not of the spec, but of every runtime that can pause.</summary>
    [JsonStringEnumMemberName("paused")]
    Paused,
}
