using System.Globalization;
using Oci.Common.Linux;

namespace Oci.Runtime.Linux.Preflight;

/// <summary>Reads what the host is, and changes nothing. Tests give it other roots of <c>/proc</c> and <c>/sys</c>.</summary>
internal sealed class HostProbe(string proc = "/proc", string sys = "/sys")
{
    /// <summary>The kernel's version; 0.0 where it is not to be read.</summary>
    public Version KernelVersion { get; } = ParseVersion(Read(Path.Combine(proc, "sys/kernel/osrelease")));

    public bool IsPrivileged { get; init; } = Libc.Geteuid() == 0;

    /// <summary>Whether the kernel has a namespace of that kind, by the name of its file in <c>/proc/self/ns</c>.</summary>
    public bool HasNamespace(string file) => File.Exists(Path.Combine(proc, "self/ns", file));

    /// <summary>How many namespaces of a kind a user may make; null where the kernel does not say.</summary>
    public long? ReadNamespaceLimit(string kind) =>
        long.TryParse(Read(Path.Combine(proc, "sys/user", $"max_{kind}_namespaces")), NumberStyles.None, CultureInfo.InvariantCulture, out long limit) ? limit : null;

    /// <summary>Whether ordinary users may make user namespaces, where the distribution has a switch for that.</summary>
    public bool AllowsUserNamespaces() => Read(Path.Combine(proc, "sys/kernel/unprivileged_userns_clone")) is not "0";

    /// <summary>Whether the kernel knows a filesystem type now; a module for it may be loaded when it is mounted.</summary>
    public bool HasFilesystem(string type)
    {
        foreach (ReadOnlySpan<char> line in (Read(Path.Combine(proc, "filesystems")) ?? "").AsSpan().EnumerateLines())
        {
            int tab = line.LastIndexOf('\t');
            if (line[(tab + 1)..].SequenceEqual(type))
            {
                return true;
            }
        }
        return false;
    }

    public bool HasSeccomp => Directory.Exists(Path.Combine(proc, "sys/kernel/seccomp"));

    public bool HasAppArmor => Read(Path.Combine(sys, "module/apparmor/parameters/enabled")) is "Y";

    public bool HasSelinux => Directory.Exists(Path.Combine(sys, "fs/selinux"));

    /// <summary>Whether intel_rdt is mounted.</summary>
    public bool HasResctrl => File.Exists(Path.Combine(sys, "fs/resctrl/schemata"));

    /// <summary>The file of a kernel parameter; it can be one that only a new namespace shows.</summary>
    public bool HasSysctl(string name) => File.Exists(Path.Combine(proc, "sys", name.Replace('.', '/')));

    internal static Version ParseVersion(string? release)
    {
        ReadOnlySpan<char> text = release ?? "";
        int end = text.IndexOfAnyExcept("0123456789.");
        Span<Range> parts = stackalloc Range[3];
        ReadOnlySpan<char> numbers = end < 0 ? text : text[..end];
        return numbers.Split(parts, '.') >= 2
            && int.TryParse(numbers[parts[0]], NumberStyles.None, CultureInfo.InvariantCulture, out int major)
            && int.TryParse(numbers[parts[1]], NumberStyles.None, CultureInfo.InvariantCulture, out int minor)
            ? new Version(major, minor)
            : new Version(0, 0);
    }

    private static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path).TrimEnd('\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
