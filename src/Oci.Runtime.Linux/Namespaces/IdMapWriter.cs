using System.Globalization;
using System.Text;
using Oci.Common.Linux;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Namespaces;

/// <summary>Writes the id mappings of a process's new user namespace (user_namespaces(7)).</summary>
internal static class IdMapWriter
{
    /// <summary>Maps the ids: directly where the kernel lets this process, else with newuidmap and newgidmap.</summary>
    /// <param name="pid">The process, as this one sees it; it must wait meanwhile.</param>
    /// <param name="uids">User ids.</param>
    /// <param name="gids">Group ids.</param>
    /// <param name="cancellationToken">Ends the waiting for the programs.</param>
    /// <exception cref="IOException">A mapping was refused; the message says which, and what to do.</exception>
    public static async Task WriteAsync(int pid, IReadOnlyList<LinuxIdMapping> uids, IReadOnlyList<LinuxIdMapping> gids, CancellationToken cancellationToken)
    {
        bool isRoot = Libc.Geteuid() == 0;
        if (isRoot || IsOwnIdAlone(gids, Libc.Getegid()))
        {
            if (!isRoot)
            {
                // The kernel demands it of an ordinary user before gid_map, since Linux 3.19; root leaves setgroups(2) allowed.
                Write(pid, "setgroups", "deny");
            }
            Write(pid, "gid_map", Format(gids));
        }
        else
        {
            await IdMapTool.RunAsync("newgidmap", pid, gids, cancellationToken).ConfigureAwait(false);
        }
        if (isRoot || IsOwnIdAlone(uids, Libc.Geteuid()))
        {
            Write(pid, "uid_map", Format(uids));
        }
        else
        {
            await IdMapTool.RunAsync("newuidmap", pid, uids, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whether setgroups(2) will be denied in a namespace with these groups, as it is where an ordinary user maps one.</summary>
    public static bool DeniesSetgroups(IReadOnlyList<LinuxIdMapping> gids) =>
        Libc.Geteuid() != 0 && IsOwnIdAlone(gids, Libc.Getegid());

    /// <summary>The mappings as the kernel reads them: one a line, first inside, first outside, how many.</summary>
    public static string Format(IReadOnlyList<LinuxIdMapping> mappings)
    {
        var text = new StringBuilder();
        foreach (LinuxIdMapping mapping in mappings)
        {
            text.Append(CultureInfo.InvariantCulture, $"{mapping.ContainerId} {mapping.HostId} {mapping.Size}\n");
        }
        return text.ToString();
    }

    private static bool IsOwnIdAlone(IReadOnlyList<LinuxIdMapping> mappings, uint own) =>
        mappings is [{ Size: 1 } only] && only.HostId == own;

    // One write(2): the kernel takes the whole mapping at once or not at all.
    private static void Write(int pid, string file, string content)
    {
        string path = $"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/{file}";
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            stream.Write(Encoding.ASCII.GetBytes(content));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"Writing '{content.TrimEnd()}' to {path} failed: {e.Message} Map only ids that this user may use: its own, or those of /etc/subuid and /etc/subgid.", e);
        }
    }
}
