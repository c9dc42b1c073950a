using System.Globalization;

namespace Oci.Runtime.Linux.Lifecycle;

/// <summary>Finds the processes of a container without a cgroup, by its pid namespace.</summary>
internal static class PidNamespaceProcesses
{
    /// <summary>The processes in the pid namespace of one, and their descendants in namespaces below; none where it has ended.</summary>
    public static IReadOnlyList<int> Read(int first)
    {
        string? wanted = ReadNamespace(first);
        var found = new HashSet<int>();
        var parents = new List<(int Pid, int Parent)>();
        if (wanted is null)
        {
            return [];
        }
        foreach (string directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out int pid))
            {
                if (string.Equals(ReadNamespace(pid), wanted, StringComparison.Ordinal))
                {
                    found.Add(pid);
                }
                parents.Add((pid, ReadParent(pid)));
            }
        }
        // Parents have no order by number; at most one round for each generation.
        while (parents.RemoveAll(p => found.Contains(p.Parent) && (found.Add(p.Pid) || true)) > 0)
        {
        }
        return [.. found];
    }

    private static string? ReadNamespace(int pid)
    {
        try
        {
            return new FileInfo(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/ns/pid")).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended, or is another user's and so not of this container.
            return null;
        }
    }

    private static int ReadParent(int pid)
    {
        try
        {
            // proc_pid_stat(5): the name can hold anything, so the fields are counted from the last parenthesis.
            string stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
            string[] fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return int.Parse(fields[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
