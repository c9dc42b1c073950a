using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Cgroups;

/// <summary>Limits as files of cgroup v2 (Documentation/admin-guide/cgroup-v2.rst).</summary>
internal sealed class CgroupV2Limits : CgroupLimits
{
    private const string Version = "cgroup v2";

    private CgroupV2Limits(LinuxResources resources)
    {
        AddMemory(resources.Memory);
        AddCpu(resources.Cpu);
        AddCommon(resources);
        AddBlockIO(resources.BlockIO);
        for (int i = 0; i < (resources.HugepageLimits?.Count ?? 0); i++)
        {
            LinuxHugepageLimit limit = resources.HugepageLimits![i];
            Add("hugetlb", $"hugetlb.{limit.PageSize}.max", limit.Limit, $"/hugepageLimits/{i}");
            Add(new CgroupWrite("hugetlb", $"hugetlb.{limit.PageSize}.rsvd.max", $"{limit.Limit}", $"/hugepageLimits/{i}") { IsOptional = true });
        }
        if (resources.Network is { } network && (network.ClassId is not null || network.Priorities is { Count: > 0 }))
        {
            throw Unsupported("/network", Version, "Mark packets with nftables, which can match a cgroup.");
        }
        foreach ((string file, string value) in resources.Unified ?? new Dictionary<string, string>())
        {
            Add(file.Split('.')[0], file, value, JsonPointer.Member("/unified", file));
        }
    }

    public static IReadOnlyList<CgroupWrite> From(LinuxResources resources) => new CgroupV2Limits(resources).Writes;

    /// <summary>
    /// An update with what it needs of the present limits: the spec's swap counts memory too, and a file holds quota and
    /// period together.
    /// </summary>
    /// <param name="resources">The update.</param>
    /// <param name="memoryMax">The present text of <c>memory.max</c>.</param>
    /// <param name="cpuMax">The present text of <c>cpu.max</c>.</param>
    public static LinuxResources Complete(LinuxResources resources, string? memoryMax, string? cpuMax)
    {
        if (resources.Memory is { Swap: > 0, Limit: null or 0 } && CgroupText.Limit(memoryMax) is { } limit)
        {
            resources = resources with { Memory = resources.Memory with { Limit = (long)limit } };
        }
        if (resources.Cpu is { Period: > 0, Quota: null or 0 } && CgroupText.Number(cpuMax?.Split(' ')[0]) is { } quota)
        {
            resources = resources with { Cpu = resources.Cpu with { Quota = (long)quota } };
        }
        return resources;
    }

    /// <summary>
    /// The weight of a number of shares. Both scales have their default (1024 and 100), least and most map to each other;
    /// a line through the two ends, which older runtimes use, gives 39 for the default.
    /// </summary>
    internal static ulong WeightFromShares(ulong shares)
    {
        if (shares <= 2)
        {
            return 1;
        }
        if (shares >= 262144)
        {
            return 10000;
        }
        double l = Math.Log2(shares);
        return (ulong)Math.Ceiling(Math.Pow(10, (((l * l) + (125 * l)) / 612.0) - (7.0 / 34.0)) - 1e-9);
    }

    private void AddMemory(LinuxMemory? memory)
    {
        if (memory is null)
        {
            return;
        }
        // Swap first: a lower limit of memory then has where to put what is above it, and nothing is killed.
        AddSwap(memory);
        Add("memory", "memory.max", Limit(memory.Limit), "/memory/limit");
        Add("memory", "memory.low", Limit(memory.Reservation), "/memory/reservation");
        if (memory.KernelTcp is not null)
        {
            throw Unsupported("/memory/kernelTCP", Version, "Remove it; memory.limit counts these buffers too.");
        }
        if (memory.Swappiness is not null)
        {
            throw Unsupported("/memory/swappiness", Version, "Remove it; vm.swappiness of the host holds.");
        }
        if (memory.DisableOomKiller == true)
        {
            throw Unsupported("/memory/disableOOMKiller", Version, "Remove it.");
        }
    }

    // The spec's number is memory and swap together, the file's is swap alone.
    private void AddSwap(LinuxMemory memory)
    {
        switch (memory)
        {
            case { Swap: null or 0, Limit: < 0 }:
                Add(new CgroupWrite("memory", "memory.swap.max", "max", "/memory/limit") { IsOptional = true });
                break;
            case { Swap: null or 0 }:
                break;
            case { Swap: < 0 }:
                Add("memory", "memory.swap.max", "max", "/memory/swap");
                break;
            case { Swap: long swap, Limit: > 0 and long limit } when swap >= limit:
                Add("memory", "memory.swap.max", Text(swap - limit), "/memory/swap");
                break;
            default:
                throw new InvalidSpecException("config.json",
                    [new SpecFinding(At + "/memory/swap", "It is the limit of memory and swap together, and must have a limit of memory that is no higher.", "Set /linux/resources/memory/limit too.")]);
        }
    }

    private void AddCpu(LinuxCpu? cpu)
    {
        if (cpu is null)
        {
            return;
        }
        if (cpu.Idle is { } idle)
        {
            Add("cpu", "cpu.idle", idle, "/cpu/idle");
        }
        if (cpu.Shares is > 0 && cpu.Idle is not 1)
        {
            Add("cpu", "cpu.weight", WeightFromShares(cpu.Shares.Value), "/cpu/shares");
        }
        if (cpu.Quota is not (null or 0) || cpu.Period is not (null or 0))
        {
            string quota = cpu.Quota is > 0 ? Text(cpu.Quota.Value) : "max";
            Add("cpu", "cpu.max", cpu.Period is > 0 ? $"{quota} {cpu.Period}" : quota, cpu.Quota is null ? "/cpu/period" : "/cpu/quota");
        }
        Add("cpu", "cpu.max.burst", cpu.Burst, "/cpu/burst");
        if (cpu.RealtimeRuntime is not (null or 0) || cpu.RealtimePeriod is not (null or 0))
        {
            throw Unsupported("/cpu/realtimeRuntime", Version, "Remove it.");
        }
    }

    private void AddBlockIO(LinuxBlockIO? io)
    {
        if (io?.Weight is > 0)
        {
            Add(Weight("", io.Weight.Value, "/blockIO/weight"));
        }
        for (int i = 0; i < (io?.WeightDevice?.Count ?? 0); i++)
        {
            LinuxWeightDevice device = io!.WeightDevice![i];
            if (device.Weight is { } weight)
            {
                Add(Weight($"{device.Major}:{device.Minor} ", weight, $"/blockIO/weightDevice/{i}/weight"));
            }
        }
        if (io?.LeafWeight is > 0)
        {
            throw Unsupported("/blockIO/leafWeight", Version, "Remove it.");
        }
        AddThrottle(io?.ThrottleReadBpsDevice, "rbps", "throttleReadBpsDevice");
        AddThrottle(io?.ThrottleWriteBpsDevice, "wbps", "throttleWriteBpsDevice");
        AddThrottle(io?.ThrottleReadIopsDevice, "riops", "throttleReadIOPSDevice");
        AddThrottle(io?.ThrottleWriteIopsDevice, "wiops", "throttleWriteIOPSDevice");
    }

    // The bfq scheduler takes the spec's scale, 10 to 1000; io.weight has 1 to 10000.
    private static CgroupWrite Weight(string device, long weight, string pointer) =>
        new("io", "io.bfq.weight", $"{device}{Text(weight)}", pointer)
        {
            OtherFile = "io.weight",
            OtherValue = $"{device}{Text(1 + ((weight - 10) * 9999 / 990))}",
        };

    private void AddThrottle(IReadOnlyList<LinuxThrottleDevice>? devices, string key, string member)
    {
        for (int i = 0; i < (devices?.Count ?? 0); i++)
        {
            Add("io", "io.max", $"{devices![i].Major}:{devices[i].Minor} {key}={devices[i].Rate}", $"/blockIO/{member}/{i}");
        }
    }

    private void Add(string controller, string file, string? value, string pointer, bool _ = false)
    {
        if (value is not null)
        {
            base.Add(controller, file, value, pointer);
        }
    }

    private static string? Limit(long? value) => value is null or 0 ? null : value < 0 ? "max" : Text(value.Value);
}
