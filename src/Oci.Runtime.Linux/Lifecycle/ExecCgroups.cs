using System.Globalization;
using Oci.Common.Linux;

namespace Oci.Runtime.Linux.Lifecycle;

/// <summary>Moves a process into cgroups below the container's, as <c>runc exec --cgroup</c> names them.</summary>
internal static class ExecCgroups
{
    /// <exception cref="ContainerException">One is malformed, is not below the container's, or is not there.</exception>
    public static void Enter(ContainerRecord record, IReadOnlyList<string> cgroups, int pid)
    {
        foreach (string cgroup in cgroups)
        {
            int colon = cgroup.IndexOf(':', StringComparison.Ordinal);
            string path = cgroup[(colon + 1)..].Trim('/');
            if (path.Split('/').Any(piece => piece is "." or ".."))
            {
                throw Failure(record, cgroup, "it is not below the container's cgroup", "Write it without '.' and '..'.");
            }
            foreach (string directory in Directories(record, cgroup, colon < 0 ? null : cgroup[..colon]))
            {
                Enter(record, cgroup, Path.Combine(directory, path), pid);
            }
        }
    }

    private static IEnumerable<string> Directories(ContainerRecord record, string cgroup, string? controllers)
    {
        if (record.CgroupPaths is not { Count: > 0 } paths)
        {
            throw Failure(record, cgroup, "the container has no cgroup", "Create it as root, or in a cgroup v2 that is delegated to you.");
        }
        return controllers is null
            ? paths.Values.Distinct(StringComparer.Ordinal)
            : controllers.Split(',').Select(name => paths.GetValueOrDefault(name) ?? throw Failure(record, cgroup, $"the container has no cgroup of the controller '{name}'", $"Use one of {string.Join(", ", paths.Keys.Where(k => k.Length > 0))}."));
    }

    private static void Enter(ContainerRecord record, string cgroup, string directory, int pid)
    {
        try
        {
            File.WriteAllText(Path.Combine(directory, "cgroup.procs"), pid.ToString(CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failure(record, cgroup, e.Message, "Make it first; with version 2 it must not have controllers enabled for cgroups below it.", e);
        }
    }

    private static ContainerException Failure(ContainerRecord record, string cgroup, string detail, string hint, Exception? cause = null) =>
        ContainerException.From(
            new ContainerFailure
            {
                ContainerId = record.Id,
                Step = $"entering the cgroup '{cgroup}'",
                Errno = LinuxError.ToErrno(cause as IOException),
                Hint = hint,
            },
            detail,
            cause);
}
