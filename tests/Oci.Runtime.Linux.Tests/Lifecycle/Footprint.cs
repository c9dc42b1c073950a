using System.Diagnostics;
using Oci.Runtime.Linux.Cgroups;

namespace Oci.Runtime.Linux.Tests.Lifecycle;

/// <summary>What a container could leave behind: mounts, descriptors, children, cgroups.</summary>
internal sealed record Footprint(string Mounts, string Descriptors, string Children, string Cgroups)
{
    /// <param name="folder">The test's own: other programs of the machine mount and unmount as they like elsewhere.</param>
    /// <param name="before">What it is compared with: another program that a test ran has its pipes closed a little later.</param>
    public static Footprint Take(string folder, Footprint? before = null)
    {
        // A stream that a test has let go of without closing it is no leak of the runtime's.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Footprint current = TakeOnce(folder);
        var waited = Stopwatch.StartNew();
        // An intermediate process of another library, a handle that a pool closes late: what lasts is a leak.
        while ((current.Children.Length > 0 || (before is not null && current.Descriptors != before.Descriptors)) && waited.ElapsedMilliseconds < 2000)
        {
            Thread.Yield();
            current = TakeOnce(folder);
        }
        return current;
    }

    private static Footprint TakeOnce(string folder) => new(
        string.Join('\n', File.ReadAllLines("/proc/self/mountinfo").Where(l => l.Contains(folder, StringComparison.Ordinal) || l.Contains(CgroupPrefix, StringComparison.Ordinal))),
        string.Join('\n', Directory.GetFileSystemEntries("/proc/self/fd").Select(Describe).OfType<string>().Order(StringComparer.Ordinal)),
        string.Join('\n', Directory.GetDirectories("/proc/self/task").Select(t => ReadChildren(t)).Where(c => c.Length > 0)),
        string.Join('\n', CgroupHost.Read().Hierarchies
            .Select(h => h.MountPoint + (h.IsUnified ? Path.GetDirectoryName(h.OwnPath) : h.OwnPath))
            .Where(Directory.Exists)
            .SelectMany(d => Directory.GetDirectories(d, CgroupPrefix + "*"))));

    private static string CgroupPrefix => $"oci-test-{Environment.ProcessId}-";

    private static string ReadChildren(string task)
    {
        try
        {
            return File.ReadAllText(task + "/children").Trim();
        }
        catch (IOException)
        {
            return "";
        }
    }

    /// <summary>What kind of file it is; null for what the .NET runtime and the test platform open and close as they like.</summary>
    private static string? Describe(string path)
    {
        string? target = new FileInfo(path).LinkTarget;
        return target is null || target.StartsWith("/proc/", StringComparison.Ordinal) || target.EndsWith(".dll", StringComparison.Ordinal)
            ? null
            : target.StartsWith("pipe:", StringComparison.Ordinal) ? "pipe" : target.StartsWith("socket:", StringComparison.Ordinal) ? "socket" : target;
    }
}
