using System.Globalization;

namespace Oci.Runtime.Linux.Cgroups;

/// <summary>Puts together the statistics of cgroup v1 (Documentation/admin-guide/cgroup-v1). Pure but for what it is given to read with.</summary>
/// <param name="read">Gives the text of a controller's file; null where there is none. The controller "" is the version 2 hierarchy of a hybrid system.</param>
/// <param name="list">Gives the names of a controller's files.</param>
internal sealed class CgroupV1Stats(Func<string, string, string?> read, Func<string, IReadOnlyList<string>> list)
{
    // USER_HZ, in which the kernel tells times to programs, is 100 on x86 and arm.
    private const ulong NanosecondsPerTick = 10_000_000;

    public ContainerStats Read(DateTimeOffset time) => new()
    {
        Time = time,
        Cpu = ReadCpu(),
        Cpuset = ReadCpuset(),
        Memory = ReadMemory(),
        Pids = read("pids", "pids.current") is { } current
            ? new PidsStats(CgroupText.Number(current), CgroupText.Limit(read("pids", "pids.max")))
            : null,
        BlockIO = ReadBlockIO(),
        Hugetlb = ReadHugetlb(),
        Rdma = CgroupV2Stats.ReadRdma(read("rdma", "rdma.current")),
    };

    private CpuStats? ReadCpu()
    {
        Dictionary<string, ulong> throttling = CgroupText.Keyed(read("cpu", "cpu.stat"));
        Dictionary<string, ulong> ticks = CgroupText.Keyed(read("cpuacct", "cpuacct.stat"));
        ulong? usage = CgroupText.Number(read("cpuacct", "cpuacct.usage"));
        PressureStats? pressure = CgroupText.Pressure(read("", "cpu.pressure"));
        if (usage is null && throttling.Count == 0 && pressure is null)
        {
            return null;
        }
        return new CpuStats
        {
            Usage = usage,
            User = CgroupText.Number(read("cpuacct", "cpuacct.usage_user")) ?? Ticks("user"),
            Kernel = CgroupText.Number(read("cpuacct", "cpuacct.usage_sys")) ?? Ticks("system"),
            PerCpu = CgroupText.Numbers(read("cpuacct", "cpuacct.usage_percpu")),
            PerCpuUser = CgroupText.Numbers(read("cpuacct", "cpuacct.usage_percpu_user")),
            PerCpuKernel = CgroupText.Numbers(read("cpuacct", "cpuacct.usage_percpu_sys")),
            Periods = Find(throttling, "nr_periods"),
            ThrottledPeriods = Find(throttling, "nr_throttled"),
            ThrottledTime = Find(throttling, "throttled_time"),
            Pressure = pressure,
        };

        ulong? Ticks(string key) => Find(ticks, key) * NanosecondsPerTick;
    }

    private CpusetStats? ReadCpuset()
    {
        if (read("cpuset", "cpuset.cpus") is not { } cpus)
        {
            return null;
        }
        var settings = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (string file in list("cpuset").Where(f => f.StartsWith("cpuset.", StringComparison.Ordinal) && f is not ("cpuset.cpus" or "cpuset.mems")))
        {
            if (long.TryParse(read("cpuset", file), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) && !file.Contains("effective", StringComparison.Ordinal))
            {
                settings[file["cpuset.".Length..]] = value;
            }
        }
        return new CpusetStats { Cpus = CgroupText.List(cpus), Mems = CgroupText.List(read("cpuset", "cpuset.mems")), Settings = settings };
    }

    private MemoryStats? ReadMemory()
    {
        if (ReadUsage("") is not { } usage)
        {
            return null;
        }
        Dictionary<string, ulong> raw = CgroupText.Keyed(read("memory", "memory.stat"));
        return new MemoryStats
        {
            // Of this cgroup and those below, as the usage is.
            Cache = Find(raw, "total_cache") ?? Find(raw, "cache"),
            Usage = usage,
            Swap = ReadUsage("memsw."),
            Kernel = ReadUsage("kmem."),
            KernelTcp = ReadUsage("kmem.tcp."),
            Raw = raw,
            OomKillCount = Find(CgroupText.Keyed(read("memory", "memory.oom_control")), "oom_kill"),
            Pressure = CgroupText.Pressure(read("", "memory.pressure")),
        };
    }

    private MemoryUsage? ReadUsage(string kind) => CgroupText.Number(read("memory", $"memory.{kind}usage_in_bytes")) is { } usage
        ? new MemoryUsage
        {
            Usage = usage,
            MaxUsage = CgroupText.Number(read("memory", $"memory.{kind}max_usage_in_bytes")),
            Limit = CgroupText.Limit(read("memory", $"memory.{kind}limit_in_bytes")),
            FailureCount = CgroupText.Number(read("memory", $"memory.{kind}failcnt")),
        }
        : null;

    private BlockIOStats? ReadBlockIO()
    {
        PressureStats? pressure = CgroupText.Pressure(read("", "io.pressure"));
        if (pressure is null && list("blkio").Count == 0)
        {
            return null;
        }
        return new BlockIOStats
        {
            ServiceBytes = ReadEither("io_service_bytes"),
            Serviced = ReadEither("io_serviced"),
            Queued = ReadRecursive("bfq.io_queued"),
            ServiceTime = ReadRecursive("bfq.io_service_time"),
            WaitTime = ReadRecursive("bfq.io_wait_time"),
            Merged = ReadRecursive("bfq.io_merged"),
            DiskTime = ReadRecursive("bfq.time"),
            Sectors = ReadRecursive("bfq.sectors"),
            Pressure = pressure,
        };

        // The scheduler's own numbers are of its disks only; the throttling layer counts for all.
        List<BlockIOEntry> ReadEither(string file) => ReadRecursive($"bfq.{file}") is { Count: > 0 } scheduled ? scheduled : ReadRecursive($"throttle.{file}");

        List<BlockIOEntry> ReadRecursive(string file) => CgroupText.BlockIO(read("blkio", $"blkio.{file}_recursive"));
    }

    private Dictionary<string, HugetlbStats> ReadHugetlb()
    {
        const string suffix = ".usage_in_bytes";
        var stats = new Dictionary<string, HugetlbStats>(StringComparer.Ordinal);
        foreach (string file in list("hugetlb").Where(f => f.EndsWith(suffix, StringComparison.Ordinal) && !f.EndsWith(".rsvd" + suffix, StringComparison.Ordinal)))
        {
            string prefix = file[..^suffix.Length];
            stats[prefix["hugetlb.".Length..]] = new HugetlbStats(
                CgroupText.Number(read("hugetlb", file)),
                CgroupText.Number(read("hugetlb", $"{prefix}.max_usage_in_bytes")),
                CgroupText.Number(read("hugetlb", $"{prefix}.failcnt")));
        }
        return stats;
    }

    private static ulong? Find(Dictionary<string, ulong> values, string key) => values.TryGetValue(key, out ulong value) ? value : null;
}
