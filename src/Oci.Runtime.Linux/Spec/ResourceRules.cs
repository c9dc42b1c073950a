using System.Text.RegularExpressions;

namespace Oci.Runtime.Linux.Spec;

/// <summary>Rules of limits (runtime-spec, config-linux.md, "Control groups").</summary>
internal static partial class ResourceRules
{
    private const string At = "/linux/resources";

    private static readonly string[] DeviceTypes = ["a", "c", "b"];

    /// <summary>What is wrong with limits that come without a configuration.</summary>
    public static IReadOnlyList<SpecFinding> Check(LinuxResources resources)
    {
        var check = new SpecCheck(new RuntimeSpec { OciVersion = "1.3.0" });
        Check(check, resources);
        return check.Findings;
    }

    public static void Check(SpecCheck check, LinuxResources resources)
    {
        check.Each(resources.Devices, $"{At}/devices", (rule, pointer) => CheckDeviceRule(check, rule, pointer));
        if (resources.Memory is { } memory)
        {
            CheckMemory(check, memory);
        }
        NumberListRules.Check(check, resources.Cpu?.Cpus, $"{At}/cpu/cpus");
        NumberListRules.Check(check, resources.Cpu?.Mems, $"{At}/cpu/mems");
        check.Range(resources.Cpu?.Idle, 0, 1, $"{At}/cpu/idle");
        CheckBlockIO(check, resources.BlockIO);
        check.Each(resources.HugepageLimits, $"{At}/hugepageLimits", (limit, pointer) =>
        {
            if (!PageSize.IsMatch(limit.PageSize))
            {
                check.Error($"{pointer}/pageSize", $"{SpecCheck.Quote(limit.PageSize)} is not the size of a huge page.", "Write it as 64KB, 2MB or 1GB.");
            }
        });
        check.Each(resources.Rdma, $"{At}/rdma", (_, rdma, pointer) =>
        {
            if (rdma.HcaHandles is null && rdma.HcaObjects is null)
            {
                check.Error(pointer, "It must have hcaHandles or hcaObjects.");
            }
        });
        check.Each(resources.Unified, $"{At}/unified", (file, value, pointer) =>
        {
            check.Text(value, pointer);
            if (!CgroupFile.IsMatch(file))
            {
                check.Error(pointer, $"{SpecCheck.Quote(file)} is not the name of a cgroup file.", "Names are as memory.max.");
            }
        });
    }

    private static void CheckDeviceRule(SpecCheck check, LinuxDeviceRule rule, string pointer)
    {
        if (rule.Type is { Length: > 0 })
        {
            check.OneOf(rule.Type, DeviceTypes, $"{pointer}/type");
        }
        if (rule.Access is { } access && access.AsSpan().ContainsAnyExcept("rwm"))
        {
            check.Error($"{pointer}/access", $"{SpecCheck.Quote(access)} is not made of r, w and m.");
        }
        // -1 is what older documents have for all numbers, and runc still takes.
        check.Range(rule.Major, -1, uint.MaxValue, $"{pointer}/major");
        check.Range(rule.Minor, -1, uint.MaxValue, $"{pointer}/minor");
    }

    private static void CheckMemory(SpecCheck check, LinuxMemory memory)
    {
        check.Range(memory.Limit, -1, long.MaxValue, $"{At}/memory/limit");
        check.Range(memory.Reservation, -1, long.MaxValue, $"{At}/memory/reservation");
        check.Range(memory.Swap, -1, long.MaxValue, $"{At}/memory/swap");
        if (memory.Swappiness > 100)
        {
            check.Error($"{At}/memory/swappiness", $"{memory.Swappiness} is out of range, which is 0 to 100.");
        }
        if (memory is { Limit: > 0 and long limit, Swap: > 0 and long swap } && swap < limit)
        {
            check.Error($"{At}/memory/swap", $"{swap} is below the memory limit, {limit}; it is the limit of memory and swap together.");
        }
    }

    private static void CheckBlockIO(SpecCheck check, LinuxBlockIO? blockIO)
    {
        check.Range(blockIO?.Weight is 0 ? null : blockIO?.Weight, 10, 1000, $"{At}/blockIO/weight");
        check.Each(blockIO?.WeightDevice, $"{At}/blockIO/weightDevice", (device, pointer) =>
        {
            if (device.Weight is null && device.LeafWeight is null)
            {
                check.Error(pointer, "It must have weight or leafWeight.");
            }
        });
    }

    [GeneratedRegex(@"^[1-9][0-9]*[KMG]B\z", RegexOptions.CultureInvariant)]
    private static partial Regex PageSize { get; }

    // A slash or a leading dot could lead out of the cgroup's directory.
    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_.-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex CgroupFile { get; }
}
