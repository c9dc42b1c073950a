using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Cgroups;

/// <summary>Where a container's cgroup goes (runtime-spec, config-linux.md, "Cgroups Path").</summary>
internal static class CgroupPath
{
    /// <summary>The path in a hierarchy, from its mount point: clean, and never the root itself.</summary>
    /// <param name="cgroupsPath">What the configuration says; null or empty for the container's id.</param>
    /// <param name="containerId">The container.</param>
    /// <param name="hierarchy">The hierarchy.</param>
    /// <remarks>
    /// An absolute path is taken from the mount point. A relative one is taken from this process's own cgroup, in
    /// version 2 from the parent of that: a cgroup that holds processes cannot give controllers to children there.
    /// </remarks>
    /// <exception cref="InvalidSpecException">The path comes to the root.</exception>
    public static string Resolve(string? cgroupsPath, string containerId, CgroupHierarchy hierarchy)
    {
        string path = string.IsNullOrEmpty(cgroupsPath) ? containerId : cgroupsPath;
        string clean = Clean(path);
        if (clean.Length == 1)
        {
            throw new InvalidSpecException("config.json",
                [new SpecFinding("/linux/cgroupsPath", $"{SpecCheck.Quote(path)} is the root of the hierarchy.", "Name a cgroup below it.")]);
        }
        if (path.StartsWith('/'))
        {
            return clean;
        }
        string own = Clean(hierarchy.OwnPath);
        string parent = hierarchy.IsUnified ? Clean($"{own}/..") : own;
        return parent.Length == 1 ? clean : parent + clean;
    }

    /// <summary>A path that begins with a slash, without empty parts, <c>.</c> and <c>..</c>; <c>..</c> stops at the root.</summary>
    public static string Clean(string path)
    {
        var parts = new List<string>();
        foreach (string part in path.Split('/'))
        {
            if (part is "..")
            {
                parts.RemoveRange(Math.Max(parts.Count - 1, 0), Math.Min(parts.Count, 1));
            }
            else if (part is not ("" or "."))
            {
                parts.Add(part);
            }
        }
        return "/" + string.Join('/', parts);
    }
}
