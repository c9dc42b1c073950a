using System.Globalization;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Lifecycle;

/// <summary>The namespaces that a container is in. They are asked of the kernel: no file that was written earlier knows better.</summary>
internal static class ContainerNamespaces
{
    private static readonly (string Type, string Name)[] s_files =
    [
        (LinuxNamespaceTypes.User, "user"),
        (LinuxNamespaceTypes.Ipc, "ipc"),
        (LinuxNamespaceTypes.Uts, "uts"),
        (LinuxNamespaceTypes.Network, "net"),
        (LinuxNamespaceTypes.Pid, "pid"),
        (LinuxNamespaceTypes.Cgroup, "cgroup"),
        (LinuxNamespaceTypes.Time, "time"),
        (LinuxNamespaceTypes.Mount, "mnt"),
    ];

    /// <summary>The namespaces of a process that are not those of this one, with their paths (namespaces(7)).</summary>
    /// <param name="pid">The process. The caller sees to it that the number is still its own afterwards.</param>
    /// <exception cref="IOException">There is no such process.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not look into it.</exception>
    public static IReadOnlyList<LinuxNamespace> ReadForeign(int pid)
    {
        var foreign = new List<LinuxNamespace>(s_files.Length);
        foreach ((string type, string name) in s_files)
        {
            // A kernel without that kind of namespace has no such file.
            if (new FileInfo($"/proc/self/ns/{name}").LinkTarget is not string own)
            {
                continue;
            }
            string path = string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/ns/{name}");
            string other = new FileInfo(path).LinkTarget ?? throw new FileNotFoundException($"{path} is not there, or may not be read by this user.", path);
            if (!string.Equals(own, other, StringComparison.Ordinal))
            {
                foreign.Add(new LinuxNamespace { Type = type, Path = path });
            }
        }
        return foreign;
    }
}
