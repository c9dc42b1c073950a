using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Cgroups;

/// <summary>Limits as files of cgroup v1 (Documentation/admin-guide/cgroup-v1).</summary>
internal sealed class CgroupV1Limits : CgroupLimits
{
    private const string Version = "cgroup v1";

    private CgroupV1Limits(LinuxResources resources)
    {
        AddMemory(resources.Memory);
        AddCpu(resources.Cpu);
        AddCommon(resources);
        AddBlockIO(resources.BlockIO);
        for (int i = 0; i < (resources.HugepageLimits?.Count ?? 0); i++)
        {
            LinuxHugepageLimit limit = resources.HugepageLimits![i];
            // A hybrid system can have this controller in the version 2 hierarchy.
            Add(new CgroupWrite("hugetlb", $"hugetlb.{limit.PageSize}.limit_in_bytes", $"{limit.Limit}", $"/hugepageLimits/{i}") { OtherFile = $"hugetlb.{limit.PageSize}.max" });
            Add(new CgroupWrite("hugetlb", $"hugetlb.{limit.PageSize}.rsvd.limit_in_bytes", $"{limit.Limit}", $"/hugepageLimits/{i}") { IsOptional = true, OtherFile = $"hugetlb.{limit.PageSize}.rsvd.max" });
        }
        Add("net_cls", "net_cls.classid", resources.Network?.ClassId, "/network/classID");
        for (int i = 0; i < (resources.Network?.Priorities?.Count ?? 0); i++)
        {
            LinuxInterfacePriority priority = resources.Network!.Priorities![i];
            Add("net_prio", "net_prio.ifpriomap", $"{priority.Name} {priority.Priority}", $"/network/priorities/{i}");
        }
        if (resources.Unified is { Count: > 0 })
        {
            throw Unsupported("/unified", Version, "These are files of cgroup v2: use the typed members.");
        }
    }

    public static IReadOnlyList<CgroupWrite> From(LinuxResources resources) => new CgroupV1Limits(resources).Writes;

    // memory.memsw must never be below memory: CgroupWriter finds the order. No limit of memory is none of both, as in runc.
    private void AddMemory(LinuxMemory? memory)
    {
        if (memory is null)
        {
            return;
        }
        Add("memory", "memory.limit_in_bytes", memory.Limit is 0 ? null : memory.Limit, "/memory/limit");
        Add("memory", "memory.memsw.limit_in_bytes", memory.Swap is 0 ? null : memory.Swap, "/memory/swap");
        if (memory is { Limit: < 0, Swap: null or 0 })
        {
            Add(new CgroupWrite("memory", "memory.memsw.limit_in_bytes", "-1", "/memory/limit") { IsOptional = true });
        }
        Add("memory", "memory.soft_limit_in_bytes", memory.Reservation is 0 ? null : memory.Reservation, "/memory/reservation");
        Add("memory", "memory.kmem.tcp.limit_in_bytes", memory.KernelTcp, "/memory/kernelTCP");
        Add("memory", "memory.swappiness", memory.Swappiness, "/memory/swappiness");
        // Linux 5.11 and newer always count hierarchically, and take nothing else.
        if (memory.UseHierarchy is { } useHierarchy)
        {
            Add("memory", "memory.use_hierarchy", useHierarchy ? "1" : "0", "/memory/useHierarchy");
        }
        if (memory.DisableOomKiller is { } disable)
        {
            Add("memory", "memory.oom_control", disable ? "1" : "0", "/memory/disableOOMKiller");
        }
    }

    // The period first: a quota is checked against it.
    private void AddCpu(LinuxCpu? cpu)
    {
        Add("cpu", "cpu.shares", cpu?.Shares is 0 ? null : cpu?.Shares, "/cpu/shares");
        Add("cpu", "cpu.cfs_period_us", cpu?.Period is 0 ? null : cpu?.Period, "/cpu/period");
        Add("cpu", "cpu.cfs_quota_us", cpu?.Quota is 0 ? null : cpu?.Quota, "/cpu/quota");
        Add("cpu", "cpu.cfs_burst_us", cpu?.Burst, "/cpu/burst");
        Add("cpu", "cpu.rt_period_us", cpu?.RealtimePeriod is 0 ? null : cpu?.RealtimePeriod, "/cpu/realtimePeriod");
        Add("cpu", "cpu.rt_runtime_us", cpu?.RealtimeRuntime is 0 ? null : cpu?.RealtimeRuntime, "/cpu/realtimeRuntime");
        Add("cpu", "cpu.idle", cpu?.Idle, "/cpu/idle");
    }

    private void AddBlockIO(LinuxBlockIO? io)
    {
        if (io is null)
        {
            return;
        }
        if (io.Weight is > 0)
        {
            Add(new CgroupWrite("blkio", "blkio.weight", Text(io.Weight.Value), "/blockIO/weight") { OtherFile = "blkio.bfq.weight" });
        }
        if (io.LeafWeight is > 0)
        {
            Add("blkio", "blkio.leaf_weight", Text(io.LeafWeight.Value), "/blockIO/leafWeight");
        }
        for (int i = 0; i < (io.WeightDevice?.Count ?? 0); i++)
        {
            LinuxWeightDevice device = io.WeightDevice![i];
            if (device.Weight is { } weight)
            {
                Add(new CgroupWrite("blkio", "blkio.weight_device", $"{device.Major}:{device.Minor} {weight}", $"/blockIO/weightDevice/{i}/weight") { OtherFile = "blkio.bfq.weight_device" });
            }
            if (device.LeafWeight is { } leafWeight)
            {
                Add("blkio", "blkio.leaf_weight_device", $"{device.Major}:{device.Minor} {leafWeight}", $"/blockIO/weightDevice/{i}/leafWeight");
            }
        }
        AddThrottle(io.ThrottleReadBpsDevice, "read_bps_device", "throttleReadBpsDevice");
        AddThrottle(io.ThrottleWriteBpsDevice, "write_bps_device", "throttleWriteBpsDevice");
        AddThrottle(io.ThrottleReadIopsDevice, "read_iops_device", "throttleReadIOPSDevice");
        AddThrottle(io.ThrottleWriteIopsDevice, "write_iops_device", "throttleWriteIOPSDevice");
    }

    private void AddThrottle(IReadOnlyList<LinuxThrottleDevice>? devices, string file, string member)
    {
        for (int i = 0; i < (devices?.Count ?? 0); i++)
        {
            Add("blkio", $"blkio.throttle.{file}", $"{devices![i].Major}:{devices[i].Minor} {devices[i].Rate}", $"/blockIO/{member}/{i}");
        }
    }
}
