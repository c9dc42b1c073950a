using System.Globalization;
using Oci.Common.Linux;
using Oci.Runtime.Linux.Bundles;
using Oci.Runtime.Linux.Cgroups;
using Oci.Runtime.Linux.Mounts;
using Oci.Runtime.Linux.Planning;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Lifecycle;

/// <summary>Reads what a plan has to know of this host.</summary>
internal static class HostFactsReader
{
    // These two stay what they are while a process lives, unless it changes them itself, which an app with threads cannot well do.
    private static readonly Lazy<bool> s_isInUserNamespace = new(() => !IsInitialIdMap(File.ReadAllText("/proc/self/uid_map")));
    private static readonly Lazy<bool> s_hasAppArmor = new(() => IsOn("/sys/module/apparmor/parameters/enabled", 'Y'));
    private static readonly Lazy<bool> s_hasSelinux = new(() => File.Exists("/sys/fs/selinux/enforce"));
    private static readonly Lazy<ulong> s_capabilities = new(() => ParseBoundingSet(File.ReadAllText("/proc/self/status")));

    /// <summary>Whether this process is in a user namespace that is not the host's.</summary>
    public static bool IsInUserNamespace => s_isInUserNamespace.Value;

    /// <summary>The capabilities that this process can give away, as the bits of its bounding set.</summary>
    public static ulong Capabilities => s_capabilities.Value;

    /// <summary>The facts for one container. Reading them changes nothing.</summary>
    public static HostFacts Read(string containerId, Bundle bundle, CgroupHost cgroups, string? cgroupsPath) => new()
    {
        Cgroups = cgroups.Hierarchies,
        HasAppArmor = s_hasAppArmor.Value,
        HasSelinux = s_hasSelinux.Value,
        ResctrlPath = bundle.Spec.Linux?.IntelRdt is null ? null : FindResctrl(File.ReadAllText("/proc/self/mountinfo")),
        CanMapMounts = Libc.Geteuid() == 0,
        NoCgroup = cgroups.CheckAvailable(containerId, cgroupsPath).Notice,
        Home = ReadHome(bundle.RootDirectories, bundle.Spec.Process),
        Overlay = bundle.Overlay,
        Architecture = ProgramArchitectures.Current,
        IsInUserNamespace = s_isInUserNamespace.Value,
        Capabilities = s_capabilities.Value,
    };

    /// <summary>The facts for one more process of a container. What its user database holds by now is not trusted to be readable.</summary>
    /// <param name="roots">The container's root filesystem, on the host, the topmost layer first.</param>
    /// <param name="process">The process.</param>
    /// <param name="warnings">Takes a sentence where the home directory could not be looked up.</param>
    public static HostFacts ReadForProcess(IReadOnlyList<string> roots, ProcessSpec process, List<string> warnings)
    {
        string? home = null;
        try
        {
            home = ReadHome(roots, process);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            warnings.Add($"HOME is /, since the container's /etc/passwd could not be read: {e.Message}");
        }
        return new HostFacts
        {
            Home = home,
            HasAppArmor = s_hasAppArmor.Value,
            HasSelinux = s_hasSelinux.Value,
            Architecture = ProgramArchitectures.Current,
            IsInUserNamespace = s_isInUserNamespace.Value,
            Capabilities = s_capabilities.Value,
        };
    }

    /// <summary>The facts for a hook, whose environment is its own.</summary>
    public static HostFacts ReadForHook() => new()
    {
        HasAppArmor = s_hasAppArmor.Value,
        HasSelinux = s_hasSelinux.Value,
        Architecture = ProgramArchitectures.Current,
        IsInUserNamespace = s_isInUserNamespace.Value,
        Capabilities = s_capabilities.Value,
    };

    private static string? ReadHome(IReadOnlyList<string> roots, ProcessSpec? process)
    {
        bool isGiven = process?.Env?.Any(e => e?.StartsWith("HOME=", StringComparison.Ordinal) == true) == true;
        return isGiven || !roots.All(Directory.Exists) ? null : UserDatabase.ReadLayers(roots).FindHome(process?.User?.Uid ?? 0);
    }

    internal static string? FindResctrl(string mounts) =>
        MountInfo.ParseFile(mounts).Find(m => m.FileSystemType is "resctrl")?.MountPoint;

    private static bool IsOn(string path, char first) => File.Exists(path) && File.ReadAllText(path).StartsWith(first);

    /// <summary>Whether a uid_map (user_namespaces(7)) maps every id to itself, as the initial namespace's does.</summary>
    internal static bool IsInitialIdMap(ReadOnlySpan<char> map)
    {
        Span<Range> parts = stackalloc Range[4];
        ReadOnlySpan<char> line = map.Trim();
        return line.SplitAny(parts, " \n", StringSplitOptions.RemoveEmptyEntries) == 3
            && line[parts[0]] is "0" && line[parts[1]] is "0" && line[parts[2]] is "4294967295";
    }

    /// <summary>The line <c>CapBnd:</c> of /proc/PID/status (proc(5)).</summary>
    internal static ulong ParseBoundingSet(ReadOnlySpan<char> status)
    {
        foreach (ReadOnlySpan<char> line in status.EnumerateLines())
        {
            if (line.StartsWith("CapBnd:", StringComparison.Ordinal))
            {
                return ulong.Parse(line[7..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            }
        }
        throw new InvalidDataException("/proc/self/status has no line CapBnd:.");
    }
}
