using System.Diagnostics;

namespace Oci.Benchmarks.Containers;

/// <summary>A hugetlb hierarchy of cgroup v1, mounted for a while: crun 1.8 enters every controller of cgroup v1 that the kernel has, and fails where this one is not mounted.</summary>
internal sealed class HugetlbHierarchy : IDisposable
{
    private const string Folder = "/sys/fs/cgroup/hugetlb";
    private const int Attempts = 50;

    // Of a hybrid system: a controller that is handed down there is in no other hierarchy.
    private const string Unified = "/sys/fs/cgroup/unified/cgroup.subtree_control";

    private readonly bool _isHandedDown;

    private HugetlbHierarchy(bool isHandedDown) => _isHandedDown = isHandedDown;

    /// <summary>Whether crun needs one here that is not there.</summary>
    public static bool IsMissing =>
        !File.Exists("/sys/fs/cgroup/cgroup.controllers") && File.ReadLines("/proc/cgroups").Any(l => l.StartsWith("hugetlb\t0\t", StringComparison.Ordinal));

    /// <summary>Mounts it; null where it is not needed, or cannot be mounted.</summary>
    public static HugetlbHierarchy? Mount()
    {
        if (!IsMissing)
        {
            return null;
        }
        bool isHandedDown = File.Exists(Unified) && File.ReadAllText(Unified).Split(' ', '\n').Contains("hugetlb");
        if (isHandedDown)
        {
            File.WriteAllText(Unified, "-hugetlb");
        }
        var hierarchy = new HugetlbHierarchy(isHandedDown);
        Directory.CreateDirectory(Folder);
        if (Retry(() => Run("mount", "-t", "cgroup", "-o", "hugetlb", "cgroup", Folder)))
        {
            return hierarchy;
        }
        hierarchy.PutBack();
        return null;
    }

    public void Dispose()
    {
        Retry(() => Run("umount", Folder));
        PutBack();
    }

    private void PutBack()
    {
        // One that was unmounted while the last cgroup below it was being freed stays, until it is unmounted once more.
        if (_isHandedDown && !Retry(() => TryWrite("+hugetlb") || (Run("mount", "-t", "cgroup", "-o", "hugetlb", "cgroup", Folder) && Run("umount", Folder) && TryWrite("+hugetlb"))))
        {
            Console.WriteLine($"hugetlb could not be put back: echo +hugetlb > {Unified}");
        }
        Directory.Delete(Folder);
    }

    // The kernel moves a controller between hierarchies a moment after the last use of it there.
    private static bool Retry(Func<bool> action)
    {
        for (int i = 0; i < Attempts; i++)
        {
            if (action())
            {
                return true;
            }
            Thread.Sleep(20);
        }
        return false;
    }

    private static bool TryWrite(string value)
    {
        try
        {
            File.WriteAllText(Unified, value);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static bool Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
