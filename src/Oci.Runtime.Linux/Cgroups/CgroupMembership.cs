namespace Oci.Runtime.Linux.Cgroups;

/// <summary>A line of <c>/proc/PID/cgroup</c> (cgroups(7)): where a process is in one hierarchy.</summary>
/// <param name="Controllers">The controllers, or <c>name=NAME</c>; none for cgroup v2.</param>
/// <param name="Path">The cgroup, from the hierarchy's root as the process's cgroup namespace has it.</param>
internal sealed record CgroupMembership(IReadOnlyList<string> Controllers, string Path)
{
    /// <summary>Reads <c>id:controllers:path</c>, where the path may hold colons; false for lines that are not that.</summary>
    public static bool TryParseLine(ReadOnlySpan<char> line, out CgroupMembership? membership)
    {
        membership = null;
        int first = line.IndexOf(':');
        int second = first < 0 ? -1 : line[(first + 1)..].IndexOf(':') + first + 1;
        if (first < 1 || second <= first || line[..first].ContainsAnyExceptInRange('0', '9') || second + 1 >= line.Length || line[second + 1] != '/')
        {
            return false;
        }
        string[] controllers = line[(first + 1)..second].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries);
        membership = new CgroupMembership(controllers, line[(second + 1)..].ToString());
        return true;
    }
}
