using Oci.Runtime.Linux.Cgroups;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Systemd;

/// <summary>The scope of a container. Pure.</summary>
/// <param name="Name">The unit, such as <c>libpod-web.scope</c>.</param>
/// <param name="Slice">The slice that it is in (systemd.slice(5)).</param>
internal sealed record SystemdUnit(string Name, string Slice)
{
    private const int MaxNameLength = 255;
    private const string At = "/linux/cgroupsPath";

    /// <summary>Reads <c>slice:prefix:name</c>; the container's id is the name where there is no path.</summary>
    /// <exception cref="InvalidSpecException">It is not of that form, or no unit can have such a name.</exception>
    public static SystemdUnit Parse(string? cgroupsPath, string containerId, bool isRoot)
    {
        string slice = isRoot ? "system.slice" : "user.slice";
        if (string.IsNullOrEmpty(cgroupsPath))
        {
            return new SystemdUnit(Check($"oci-{containerId}.scope"), slice);
        }
        if (cgroupsPath.Split(':') is not [string given, string prefix, { Length: > 0 } name])
        {
            throw Invalid($"{SpecCheck.Quote(cgroupsPath)} is not of the form slice:prefix:name.", "Write it so, or use the driver cgroupfs.");
        }
        return new SystemdUnit(Check(prefix.Length == 0 ? $"{name}.scope" : $"{prefix}-{name}.scope"), given.Length == 0 ? slice : CheckSlice(given));
    }

    /// <summary>Its place in every hierarchy: slices lie in those that their names begin with, so that a-b.slice is in a.slice.</summary>
    /// <param name="managerPath">The cgroup of the systemd that has it: <c>/</c> for the system's.</param>
    public string GetPath(string managerPath)
    {
        string path = managerPath.TrimEnd('/');
        if (Slice != "-.slice")
        {
            string[] parts = Slice[..^".slice".Length].Split('-');
            for (int i = 1; i <= parts.Length; i++)
            {
                path += $"/{string.Join('-', parts.Take(i))}.slice";
            }
        }
        return $"{path}/{Name}";
    }

    /// <summary>The cgroup of the user's systemd, of which this process is a part: it ends in <c>user@UID.service</c>.</summary>
    /// <param name="ownPath">This process's cgroup.</param>
    /// <param name="user">The user's id.</param>
    public static string FindUserManager(string ownPath, uint user)
    {
        string service = $"/user@{user}.service";
        int at = (ownPath + "/").IndexOf(service + "/", StringComparison.Ordinal);
        return at >= 0 ? CgroupPath.Clean(ownPath)[..(at + service.Length)] : $"/user.slice/user-{user}.slice{service}";
    }

    private static string Check(string name) =>
        name.Length > MaxNameLength || name.AsSpan().ContainsAnyExcept("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:-_.\\@")
            ? throw Invalid($"{SpecCheck.Quote(name)} is not the name of a unit.", "It has letters, digits and : - _ . \\ @, and at most 255 of them (systemd.unit(5)).")
            : name;

    private static string CheckSlice(string slice)
    {
        string stem = slice.EndsWith(".slice", StringComparison.Ordinal) ? Check(slice)[..^".slice".Length] : "";
        bool isRoot = stem == "-";
        return stem.Length == 0 || (!isRoot && (stem[0] == '-' || stem[^1] == '-' || stem.Contains("--", StringComparison.Ordinal)))
            ? throw Invalid($"{SpecCheck.Quote(slice)} is not the name of a slice.", "Names are as system.slice, or a-b.slice for one in a.slice.")
            : slice;
    }

    private static InvalidSpecException Invalid(string message, string hint) => new("config.json", [new SpecFinding(At, message, hint)]);
}
