using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oci.Runtime.Linux.Spec;

/// <summary>The process that a container runs (runtime-spec, config.md, "Process").</summary>
public sealed record ProcessSpec
{
    /// <summary>Whether the process gets a pseudo terminal. Default: false.</summary>
    [JsonPropertyName("terminal")]
    public bool? Terminal { get; init; }

    /// <summary>The size of the terminal; ignored without <see cref="Terminal"/>.</summary>
    [JsonPropertyName("consoleSize")]
    public ConsoleSize? ConsoleSize { get; init; }

    /// <summary>Who runs the process; user and group 0 where absent.</summary>
    [JsonPropertyName("user")]
    public UserSpec? User { get; init; }

    /// <summary>The program and its arguments, as in execvp(3). Needed at start.</summary>
    [JsonPropertyName("args")]
    public IReadOnlyList<string>? Args { get; init; }

    /// <summary>The whole command line; Windows only.</summary>
    [JsonPropertyName("commandLine")]
    public string? CommandLine { get; init; }

    /// <summary>The environment, as <c>NAME=VALUE</c>. Default: empty.</summary>
    [JsonPropertyName("env")]
    public IReadOnlyList<string>? Env { get; init; }

    /// <summary>The working directory, an absolute path in the container.</summary>
    [JsonPropertyName("cwd")]
    public required string Cwd { get; init; }

    /// <summary>The five capability sets; all are empty where absent.</summary>
    [JsonPropertyName("capabilities")]
    public LinuxCapabilities? Capabilities { get; init; }

    /// <summary>Resource limits; each type at most once.</summary>
    [JsonPropertyName("rlimits")]
    public IReadOnlyList<PosixRlimit>? Rlimits { get; init; }

    /// <summary>Whether execve(2) can never give more privileges (PR_SET_NO_NEW_PRIVS). Default: false.</summary>
    [JsonPropertyName("noNewPrivileges")]
    public bool? NoNewPrivileges { get; init; }

    /// <summary>The AppArmor profile that the process runs under.</summary>
    [JsonPropertyName("apparmorProfile")]
    public string? ApparmorProfile { get; init; }

    /// <summary>Written to <c>/proc/self/oom_score_adj</c>, -1000 to 1000; inherited where absent.</summary>
    [JsonPropertyName("oomScoreAdj")]
    public int? OomScoreAdj { get; init; }

    /// <summary>Scheduling attributes (sched_setattr(2)).</summary>
    [JsonPropertyName("scheduler")]
    public LinuxScheduler? Scheduler { get; init; }

    /// <summary>The SELinux label that the process runs under.</summary>
    [JsonPropertyName("selinuxLabel")]
    public string? SelinuxLabel { get; init; }

    /// <summary>The I/O priority (ioprio_set(2)).</summary>
    [JsonPropertyName("ioPriority")]
    public LinuxIoPriority? IoPriority { get; init; }

    /// <summary>CPUs of a process that joins a running container.</summary>
    [JsonPropertyName("execCPUAffinity")]
    public ExecCpuAffinity? ExecCpuAffinity { get; init; }

    /// <summary>Members that this version does not know, kept for writing.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? ExtensionData { get; set; }
}
