using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Cgroups;

/// <summary>The device controller's rules of a container. Pure.</summary>
/// <remarks>
/// At first all is denied, as under runc. Then come the spec's rules, in their order; then what every container must have
/// (runtime-spec, config-linux.md, "Default Devices"), and the devices that the configuration lists, without which it
/// would list them in vain.
/// </remarks>
internal static class CgroupDeviceRules
{
    private const string At = "/linux/resources/devices";

    private static readonly DeviceRule[] Defaults =
    [
        // mknod of a device gives no right to use it
        new(true, 'c', null, null, DeviceAccess.Mknod, At),
        new(true, 'b', null, null, DeviceAccess.Mknod, At),
        // null, zero, full, random, urandom; then tty, ptmx, the terminals of devpts
        .. new uint[] { 3, 5, 7, 8, 9 }.Select(minor => new DeviceRule(true, 'c', 1, minor, DeviceAccess.All, At)),
        new(true, 'c', 5, 0, DeviceAccess.All, At),
        new(true, 'c', 5, 2, DeviceAccess.All, At),
        new(true, 'c', 136, null, DeviceAccess.All, At),
    ];

    /// <summary>The rules in order, a later one before an earlier one; none where the configuration has none, since then nothing is denied.</summary>
    public static IReadOnlyList<DeviceRule> From(LinuxSpec linux)
    {
        IReadOnlyList<LinuxDeviceRule> given = linux.Resources?.Devices ?? [];
        if (given.Count == 0)
        {
            return [];
        }
        var rules = new List<DeviceRule> { new(false, 'a', null, null, DeviceAccess.All, At) };
        rules.AddRange(given.Select((rule, i) => DeviceRule.From(rule, JsonPointer.Item(At, i))));
        rules.AddRange(Defaults);
        for (int i = 0; i < (linux.Devices?.Count ?? 0); i++)
        {
            LinuxDevice device = linux.Devices![i];
            if (device.Type is not "p")
            {
                rules.Add(new DeviceRule(true, device.Type is "b" ? 'b' : 'c', (uint)(device.Major ?? 0), (uint)(device.Minor ?? 0), DeviceAccess.All, JsonPointer.Item("/linux/devices", i)));
            }
        }
        return rules;
    }

    /// <summary>The rules as writes to files of cgroup v1.</summary>
    public static IReadOnlyList<CgroupWrite> ToWrites(IEnumerable<DeviceRule> rules) =>
        [.. rules.Select(rule => new CgroupWrite("devices", rule.Allow ? "devices.allow" : "devices.deny", rule.ToString(), rule.Pointer))];

    /// <summary>
    /// Sentences about rules that cgroup v1 takes and does not enforce: it keeps a list of what is allowed, and a denial
    /// takes from that list only an entry with the very same numbers.
    /// </summary>
    public static IReadOnlyList<string> FindIgnoredByV1(IReadOnlyList<DeviceRule> rules)
    {
        var ignored = new List<string>();
        for (int i = 0; i < rules.Count; i++)
        {
            DeviceRule denial = rules[i];
            if (!denial.Allow && denial.Type != 'a' && rules.Take(i).Reverse().TakeWhile(r => r.Type != 'a' || r.Allow).Any(r => r.Allow && Covers(r, denial)))
            {
                ignored.Add($"The rule {denial.Pointer}, which denies {denial}, is not enforced: cgroup v1 takes no part out of an earlier rule that allows more.");
            }
        }
        return ignored;
    }

    private static bool Covers(DeviceRule allowed, DeviceRule denied) =>
        (allowed.Type == 'a')
        || (allowed.Type == denied.Type && (allowed.Access & denied.Access) != 0
            && (allowed.Major is null || denied.Major is null || allowed.Major == denied.Major)
            && (allowed.Minor is null || denied.Minor is null || allowed.Minor == denied.Minor)
            && (allowed.Major, allowed.Minor) != (denied.Major, denied.Minor));
}
