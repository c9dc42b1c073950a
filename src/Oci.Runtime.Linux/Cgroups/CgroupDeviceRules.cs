using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Cgroups;

/// <summary>The device controller's rules of a container, as cgroup v1 takes them. Pure.</summary>
/// <remarks>
/// The spec's rules come first, in their order; then what every container must have (runtime-spec, config-linux.md,
/// "Default Devices"), and the devices that the configuration lists, without which it would list them in vain.
/// </remarks>
internal static class CgroupDeviceRules
{
    private const string At = "/linux/resources/devices";

    private static readonly string[] Defaults =
    [
        "c *:* m", "b *:* m", // mknod of a device gives no right to use it
        "c 1:3 rwm", "c 1:5 rwm", "c 1:7 rwm", "c 1:8 rwm", "c 1:9 rwm", // null, zero, full, random, urandom
        "c 5:0 rwm", "c 5:2 rwm", "c 136:* rwm", // tty, ptmx, the terminals of devpts
    ];

    /// <summary>The writes; none where the configuration has no rules, since then nothing is denied.</summary>
    public static IReadOnlyList<CgroupWrite> From(LinuxSpec linux)
    {
        IReadOnlyList<LinuxDeviceRule> rules = linux.Resources?.Devices ?? [];
        if (rules.Count == 0)
        {
            return [];
        }
        var writes = new List<CgroupWrite>();
        for (int i = 0; i < rules.Count; i++)
        {
            writes.Add(Write(rules[i].Allow, Format(rules[i]), JsonPointer.Item(At, i)));
        }
        writes.AddRange(Defaults.Select(rule => Write(allow: true, rule, At)));
        for (int i = 0; i < (linux.Devices?.Count ?? 0); i++)
        {
            LinuxDevice device = linux.Devices![i];
            if (device.Type is not "p")
            {
                writes.Add(Write(allow: true, $"{(device.Type is "b" ? 'b' : 'c')} {device.Major}:{device.Minor} rwm", JsonPointer.Item("/linux/devices", i)));
            }
        }
        return writes;
    }

    private static CgroupWrite Write(bool allow, string rule, string pointer) =>
        new("devices", allow ? "devices.allow" : "devices.deny", rule, pointer);

    // A rule for all types is for all numbers and ways too: the kernel reads no further than the a.
    private static string Format(LinuxDeviceRule rule) => rule.Type is null or "" or "a"
        ? "a"
        : $"{rule.Type} {Number(rule.Major)}:{Number(rule.Minor)} {(string.IsNullOrEmpty(rule.Access) ? "rwm" : rule.Access)}";

    private static string Number(long? number) => number is null or < 0 ? "*" : $"{number}";
}
