namespace Oci.Runtime.Linux.Cgroups;

/// <summary>Puts together the statistics of cgroup v2 (Documentation/admin-guide/cgroup-v2.rst). Pure but for what it is given to read with.</summary>
/// <param name="read">Gives the text of a file; null where there is none.</param>
/// <param name="files">The names of the cgroup's files.</param>
internal sealed class CgroupV2Stats(Func<string, string?> read, IReadOnlyList<string> files)
{
    public ContainerStats Read(DateTimeOffset time) => new()
    {
        Time = time,
        Cpu = ReadCpu(),
        Cpuset = read("cpuset.cpus.effective") is { } cpus
            ? new CpusetStats { Cpus = CgroupText.List(cpus), Mems = CgroupText.List(read("cpuset.mems.effective")) }
            : null,
        Memory = ReadMemory(),
        Pids = read("pids.current") is { } current ? new PidsStats(CgroupText.Number(current), CgroupText.Limit(read("pids.max"))) : null,
        BlockIO = ReadBlockIO(),
        Hugetlb = ReadHugetlb(),
        Rdma = ReadRdma(read("rdma.current")),
    };

    public static Dictionary<string, RdmaStats> ReadRdma(string? text)
    {
        var stats = new Dictionary<string, RdmaStats>(StringComparer.Ordinal);
        foreach ((string device, Dictionary<string, ulong> values) in CgroupText.Nested(text))
        {
            stats[device] = new RdmaStats(Find(values, "hca_handle"), Find(values, "hca_object"));
        }
        return stats;
    }

    private CpuStats? ReadCpu()
    {
        Dictionary<string, ulong> stat = CgroupText.Keyed(read("cpu.stat"));
        PressureStats? pressure = CgroupText.Pressure(read("cpu.pressure"));
        return stat.Count == 0 && pressure is null ? null : new CpuStats
        {
            Usage = Nanoseconds("usage_usec"),
            User = Nanoseconds("user_usec"),
            Kernel = Nanoseconds("system_usec"),
            Periods = Find(stat, "nr_periods"),
            ThrottledPeriods = Find(stat, "nr_throttled"),
            ThrottledTime = Nanoseconds("throttled_usec"),
            Pressure = pressure,
        };

        ulong? Nanoseconds(string key) => Find(stat, key) * 1000;
    }

    private MemoryStats? ReadMemory()
    {
        PressureStats? pressure = CgroupText.Pressure(read("memory.pressure"));
        if (read("memory.current") is not { } current)
        {
            return null;
        }
        Dictionary<string, ulong> raw = CgroupText.Keyed(read("memory.stat"));
        Dictionary<string, ulong> events = CgroupText.Keyed(read("memory.events"));
        var usage = new MemoryUsage
        {
            Usage = CgroupText.Number(current),
            MaxUsage = CgroupText.Number(read("memory.peak")),
            Limit = CgroupText.Limit(read("memory.max")),
            FailureCount = Find(events, "max"),
        };
        return new MemoryStats
        {
            Cache = Find(raw, "file"),
            Usage = usage,
            Swap = CgroupText.Number(read("memory.swap.current")) is { } swap
                ? new MemoryUsage
                {
                    Usage = usage.Usage + swap,
                    // null where one of both is not limited: then their sum is not.
                    Limit = usage.Limit + CgroupText.Limit(read("memory.swap.max")),
                    FailureCount = Find(CgroupText.Keyed(read("memory.swap.events")), "max"),
                }
                : null,
            Kernel = Find(raw, "kernel") is { } kernel ? new MemoryUsage { Usage = kernel } : null,
            KernelTcp = Find(raw, "sock") is { } sockets ? new MemoryUsage { Usage = sockets } : null,
            Raw = raw,
            OomCount = Find(events, "oom"),
            OomKillCount = Find(events, "oom_kill"),
            Pressure = pressure,
        };
    }

    private BlockIOStats? ReadBlockIO()
    {
        string? text = read("io.stat");
        PressureStats? pressure = CgroupText.Pressure(read("io.pressure"));
        if (text is null && pressure is null)
        {
            return null;
        }
        var bytes = new List<BlockIOEntry>();
        var operations = new List<BlockIOEntry>();
        foreach ((string device, Dictionary<string, ulong> values) in CgroupText.Nested(text))
        {
            if (CgroupText.TryDevice(device, out uint major, out uint minor))
            {
                Add(bytes, "rbytes", "wbytes", "dbytes");
                Add(operations, "rios", "wios", "dios");
            }

            void Add(List<BlockIOEntry> entries, params ReadOnlySpan<string> keys)
            {
                for (int i = 0; i < keys.Length; i++)
                {
                    if (Find(values, keys[i]) is { } value)
                    {
                        entries.Add(new BlockIOEntry(major, minor, i switch { 0 => "Read", 1 => "Write", _ => "Discard" }, value));
                    }
                }
            }
        }
        return new BlockIOStats { ServiceBytes = bytes, Serviced = operations, Pressure = pressure };
    }

    private Dictionary<string, HugetlbStats> ReadHugetlb()
    {
        const string suffix = ".current";
        var stats = new Dictionary<string, HugetlbStats>(StringComparer.Ordinal);
        foreach (string file in files.Where(f => f.StartsWith("hugetlb.", StringComparison.Ordinal) && f.EndsWith(suffix, StringComparison.Ordinal) && !f.EndsWith(".rsvd" + suffix, StringComparison.Ordinal)))
        {
            string prefix = file[..^suffix.Length];
            stats[prefix["hugetlb.".Length..]] = new HugetlbStats(
                CgroupText.Number(read(file)),
                MaxUsage: null,
                Find(CgroupText.Keyed(read($"{prefix}.events")), "max"));
        }
        return stats;
    }

    private static ulong? Find(Dictionary<string, ulong> values, string key) => values.TryGetValue(key, out ulong value) ? value : null;
}
