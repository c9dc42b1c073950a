using System.Globalization;
using Oci.Runtime.Linux.Cgroups;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Systemd;

/// <summary>Limits as properties of a unit (systemd.resource-control(5)). Pure.</summary>
/// <remarks>
/// systemd has properties for some limits only; all are written to the cgroup's files too, which the scope is delegated
/// for. What systemd knows it must be told all the same, or it would set its own value when it next touches the unit.
/// </remarks>
internal static class SystemdProperties
{
    private const ulong NoLimit = ulong.MaxValue;

    /// <summary>What a container's new scope has besides its limits.</summary>
    public static IReadOnlyList<SystemdProperty> ForScope(string containerId, SystemdUnit unit, int pid) =>
    [
        new("Description", $"OCI container {containerId}"),
        new("Slice", unit.Slice),
        new("Delegate", true),
        new("DefaultDependencies", false),
        new("MemoryAccounting", true),
        new("CPUAccounting", true),
        new("TasksAccounting", true),
        new("PIDs", new[] { (uint)pid }),
    ];

    /// <summary>The limits that systemd has properties for.</summary>
    public static IReadOnlyList<SystemdProperty> ForLimits(LinuxResources resources, CgroupMode mode)
    {
        var properties = new List<SystemdProperty>();
        if (mode == CgroupMode.V2)
        {
            AddV2(properties, resources);
        }
        else
        {
            Add(properties, "MemoryLimit", Bytes(resources.Memory?.Limit));
            Add(properties, "CPUShares", resources.Cpu?.Shares is > 0 and { } shares ? shares : null);
            Add(properties, "BlockIOWeight", resources.BlockIO?.Weight is > 0 and { } weight ? (ulong)weight : null);
        }
        AddQuota(properties, resources.Cpu);
        Add(properties, "TasksMax", resources.Pids?.Limit is { } pids ? pids > 0 ? (ulong)pids : NoLimit : null);
        return properties;
    }

    /// <summary>The device rules, as far as a list of what is allowed can say them; the rules themselves hold besides.</summary>
    public static IReadOnlyList<SystemdProperty> ForDevices(IReadOnlyList<DeviceRule> rules)
    {
        if (rules.Count == 0)
        {
            return [];
        }
        // A denial after it is the device program's: both must allow.
        var allowed = rules.Where(r => r.Allow && r.Type != 'a' && r.Access != DeviceAccess.None).Select(r => (Node(r), r.ToString()[(r.ToString().LastIndexOf(' ') + 1)..])).Distinct().ToArray();
        bool allowsAll = rules.Any(r => r.Allow && r.Type == 'a');
        return allowsAll
            ? [new("DevicePolicy", "auto"), new("DeviceAllow", Array.Empty<(string, string)>())]
            : [new("DevicePolicy", "strict"), new("DeviceAllow", Array.Empty<(string, string)>()), new("DeviceAllow", allowed)];
    }

    private static void AddV2(List<SystemdProperty> properties, LinuxResources resources)
    {
        Add(properties, "MemoryMax", Bytes(resources.Memory?.Limit));
        Add(properties, "MemoryLow", Bytes(resources.Memory?.Reservation));
        Add(properties, "MemorySwapMax", resources.Memory switch
        {
            { Swap: < 0 } or { Limit: < 0, Swap: null or 0 } => NoLimit,
            { Swap: > 0 and { } swap, Limit: > 0 and { } limit } when swap >= limit => (ulong)(swap - limit),
            _ => null,
        });
        Add(properties, "CPUWeight", resources.Cpu is { Shares: > 0 and { } shares, Idle: not 1 } ? CgroupV2Limits.WeightFromShares(shares) : null);
        AddSet("AllowedCPUs", resources.Cpu?.Cpus);
        AddSet("AllowedMemoryNodes", resources.Cpu?.Mems);

        void AddSet(string name, string? list)
        {
            if (CgroupText.List(list) is { Count: > 0 } numbers)
            {
                byte[] bits = new byte[(numbers.Max() / 8) + 1];
                numbers.ForEach(n => bits[n / 8] |= (byte)(1 << (n % 8)));
                properties.Add(new SystemdProperty(name, bits));
            }
        }
    }

    // systemd keeps the quota of a second, and rounds it to 10 ms; rounded up here, so that it never cuts below the file's.
    private static void AddQuota(List<SystemdProperty> properties, LinuxCpu? cpu)
    {
        const ulong defaultPeriod = 100_000;
        const ulong step = 10_000;
        if (cpu?.Period is > 0 and { } period)
        {
            properties.Add(new SystemdProperty("CPUQuotaPeriodUSec", period));
        }
        if (cpu?.Quota is not (null or 0) and { } quota)
        {
            UInt128 second = quota < 0 ? NoLimit : (UInt128)quota * 1_000_000 / (cpu.Period is > 0 and { } given ? given : defaultPeriod);
            properties.Add(new SystemdProperty("CPUQuotaPerSecUSec", quota < 0 || second >= NoLimit - step ? NoLimit : ((ulong)second + step - 1) / step * step));
        }
    }

    private static ulong? Bytes(long? limit) => limit is null or 0 ? null : limit < 0 ? NoLimit : (ulong)limit;

    private static void Add(List<SystemdProperty> properties, string name, ulong? value)
    {
        if (value is { } number)
        {
            properties.Add(new SystemdProperty(name, number));
        }
    }

    // systemd takes a node, or a whole major number by its name in /proc/devices or its number.
    private static string Node(DeviceRule rule)
    {
        string type = rule.Type == 'b' ? "block" : "char";
        return rule.Major is null ? $"{type}-*"
            : rule.Minor is null ? string.Create(CultureInfo.InvariantCulture, $"{type}-{rule.Major}")
            : string.Create(CultureInfo.InvariantCulture, $"/dev/{type}/{rule.Major}:{rule.Minor}");
    }
}
