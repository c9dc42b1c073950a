using System.Globalization;
using Oci.Common.Linux;
using Oci.Runtime.Linux.Mounts;

namespace Oci.Runtime.Linux.Tests.Lifecycle;

/// <summary>Takes away what a test left, so that one failure is not many.</summary>
internal static class FootprintCleaner
{
    /// <summary>Deletes the containers of a runtime, then kills, unmounts and removes what is there and was not before.</summary>
    public static async Task CleanAsync(ContainerRuntime runtime, Footprint before, Footprint after)
    {
        if (Directory.Exists(runtime.Root))
        {
            foreach (string folder in Directory.GetDirectories(runtime.Root))
            {
                await DeleteAsync(runtime, Path.GetFileName(folder));
            }
        }
        foreach (string group in Added(before.Cgroups, after.Cgroups, '\n').Where(Directory.Exists))
        {
            foreach (string line in await File.ReadAllLinesAsync(Path.Combine(group, "cgroup.procs")))
            {
                Libc.Kill(int.Parse(line, CultureInfo.InvariantCulture), Libc.SIGKILL);
            }
        }
        foreach (string child in Added(before.Children, after.Children, ' ', '\n'))
        {
            int pid = int.Parse(child, CultureInfo.InvariantCulture);
            Libc.Kill(pid, Libc.SIGKILL);
            Libc.WaitForPid(pid, out _);
        }
        foreach (string line in Added(before.Mounts, after.Mounts, '\n').Reverse())
        {
            if (MountInfo.TryParseLine(line, out MountInfo? mount))
            {
                await ToolResult.RunAsync("umount", ["-l", mount!.MountPoint]);
            }
        }
        foreach (string group in Added(before.Cgroups, after.Cgroups, '\n').Where(Directory.Exists))
        {
            // Below it there is nothing that a test of the host's makes.
            await ToolResult.RunAsync("rmdir", [group]);
        }
    }

    private static async Task DeleteAsync(ContainerRuntime runtime, string id)
    {
        try
        {
            if (await runtime.GetAsync(id) is Container container)
            {
                await using (container)
                {
                    await container.DeleteAsync(force: true);
                }
            }
        }
        catch (ContainerException)
        {
            // A test of damaged files; its processes and cgroups are seen to by themselves.
        }
    }

    private static IEnumerable<string> Added(string before, string after, params char[] separators) =>
        after.Split(separators, StringSplitOptions.RemoveEmptyEntries).Except(before.Split(separators, StringSplitOptions.RemoveEmptyEntries));
}
