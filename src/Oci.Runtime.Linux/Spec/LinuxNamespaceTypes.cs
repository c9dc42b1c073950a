namespace Oci.Runtime.Linux.Spec;

/// <summary>The values of <see cref="LinuxNamespace.Type"/> (runtime-spec, config-linux.md, "Namespaces").</summary>
public static class LinuxNamespaceTypes
{
    /// <summary>Process ids.</summary>
    public const string Pid = "pid";

    /// <summary>Network devices, addresses, ports.</summary>
    public const string Network = "network";

    /// <summary>The mount table.</summary>
    public const string Mount = "mount";

    /// <summary>System V IPC and POSIX message queues.</summary>
    public const string Ipc = "ipc";

    /// <summary>Hostname and NIS domain name.</summary>
    public const string Uts = "uts";

    /// <summary>User and group ids.</summary>
    public const string User = "user";

    /// <summary>The view of the cgroup hierarchy.</summary>
    public const string Cgroup = "cgroup";

    /// <summary>The monotonic and boot-time clocks.</summary>
    public const string Time = "time";
}
