using Oci.Runtime.Linux.Cgroups;

namespace Oci.Runtime.Linux.Tests.Cgroups;

/// <summary>Statistics out of trees of files as kernels have them.</summary>
public class CgroupStatsTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void Read_V2_TakesEveryFile()
    {
        ContainerStats stats = ReadV2(new()
        {
            ["cpu.stat"] = "usage_usec 3000\nuser_usec 2000\nsystem_usec 1000\nnr_periods 4\nnr_throttled 2\nthrottled_usec 50",
            ["cpu.pressure"] = "some avg10=1.50 avg60=0.00 avg300=0.00 total=7\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0",
            ["cpuset.cpus.effective"] = "0-1",
            ["cpuset.mems.effective"] = "0",
            ["memory.current"] = "1000",
            ["memory.peak"] = "1500",
            ["memory.max"] = "2000",
            ["memory.swap.current"] = "10",
            ["memory.swap.max"] = "500",
            ["memory.swap.events"] = "high 0\nmax 3\nfail 0",
            ["memory.stat"] = "anon 400\nfile 300\nkernel 200\nsock 5",
            ["memory.events"] = "low 0\nhigh 0\nmax 9\noom 2\noom_kill 1",
            ["pids.current"] = "3",
            ["pids.max"] = "max",
            ["io.stat"] = "8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6\n254:1",
            ["hugetlb.2MB.current"] = "4194304",
            ["hugetlb.2MB.events"] = "max 8",
            ["hugetlb.2MB.rsvd.current"] = "0",
            ["rdma.current"] = "mlx4_0 hca_handle=2 hca_object=2000",
        });

        Assert.Equal(Now, stats.Time);
        Assert.Equal((3_000_000UL, 2_000_000UL, 1_000_000UL), (stats.Cpu!.Usage, stats.Cpu.User, stats.Cpu.Kernel));
        Assert.Equal((4UL, 2UL, 50_000UL), (stats.Cpu.Periods, stats.Cpu.ThrottledPeriods, stats.Cpu.ThrottledTime));
        Assert.Equal(1.5, stats.Cpu.Pressure!.Some!.Value.Avg10);
        Assert.Equal([0, 1], stats.Cpuset!.Cpus);
        Assert.Equal(new MemoryUsage { Usage = 1000, MaxUsage = 1500, Limit = 2000, FailureCount = 9 }, stats.Memory!.Usage);
        Assert.Equal(new MemoryUsage { Usage = 1010, Limit = 2500, FailureCount = 3 }, stats.Memory.Swap);
        Assert.Equal((300UL, 200UL, 5UL), (stats.Memory.Cache, stats.Memory.Kernel!.Usage, stats.Memory.KernelTcp!.Usage));
        Assert.Equal((2UL, 1UL), (stats.Memory.OomCount, stats.Memory.OomKillCount));
        Assert.Equal(new PidsStats(3, null), stats.Pids);
        Assert.Equal([new(8, 0, "Read", 1), new(8, 0, "Write", 2), new(8, 0, "Discard", 5)], stats.BlockIO!.ServiceBytes);
        Assert.Equal([new(8, 0, "Read", 3), new(8, 0, "Write", 4), new(8, 0, "Discard", 6)], stats.BlockIO.Serviced);
        Assert.Equal(new HugetlbStats(4194304, null, 8), Assert.Single(stats.Hugetlb).Value);
        Assert.Equal(new RdmaStats(2, 2000), stats.Rdma["mlx4_0"]);
    }

    [Fact]
    public void Read_V1_TakesEveryFile()
    {
        ContainerStats stats = ReadV1(new()
        {
            ["cpuacct/cpuacct.usage"] = "30",
            ["cpuacct/cpuacct.stat"] = "user 2\nsystem 1",
            ["cpuacct/cpuacct.usage_percpu"] = "10 20 ",
            ["cpu/cpu.stat"] = "nr_periods 4\nnr_throttled 2\nthrottled_time 50",
            ["cpuset/cpuset.cpus"] = "0-1",
            ["cpuset/cpuset.mems"] = "0",
            ["cpuset/cpuset.sched_relax_domain_level"] = "-1",
            ["cpuset/cpuset.effective_mems"] = "0",
            ["memory/memory.usage_in_bytes"] = "1000",
            ["memory/memory.max_usage_in_bytes"] = "1500",
            ["memory/memory.limit_in_bytes"] = "9223372036854771712",
            ["memory/memory.failcnt"] = "3",
            ["memory/memory.kmem.usage_in_bytes"] = "7",
            ["memory/memory.stat"] = "cache 5\ntotal_cache 6",
            ["memory/memory.oom_control"] = "oom_kill_disable 0\nunder_oom 0\noom_kill 2",
            ["pids/pids.current"] = "3",
            ["pids/pids.max"] = "20",
            ["blkio/blkio.throttle.io_service_bytes_recursive"] = "8:0 Read 4096\nTotal 4096",
            ["blkio/blkio.bfq.io_serviced_recursive"] = "8:0 Read 2\nTotal 2",
            ["blkio/blkio.throttle.io_serviced_recursive"] = "8:0 Read 1\nTotal 1",
            ["hugetlb/hugetlb.2MB.usage_in_bytes"] = "2",
            ["hugetlb/hugetlb.2MB.max_usage_in_bytes"] = "3",
            ["hugetlb/hugetlb.2MB.failcnt"] = "4",
            ["hugetlb/hugetlb.2MB.rsvd.usage_in_bytes"] = "9",
        });

        Assert.Equal((30UL, 20_000_000UL, 10_000_000UL), (stats.Cpu!.Usage, stats.Cpu.User, stats.Cpu.Kernel));
        Assert.Equal([10, 20], stats.Cpu.PerCpu);
        Assert.Equal((4UL, 2UL, 50UL), (stats.Cpu.Periods, stats.Cpu.ThrottledPeriods, stats.Cpu.ThrottledTime));
        Assert.Equal(new Dictionary<string, long> { ["sched_relax_domain_level"] = -1 }, stats.Cpuset!.Settings);
        Assert.Equal(new MemoryUsage { Usage = 1000, MaxUsage = 1500, Limit = null, FailureCount = 3 }, stats.Memory!.Usage);
        Assert.Equal((6UL, 7UL, null, 2UL), (stats.Memory.Cache, stats.Memory.Kernel!.Usage, stats.Memory.Swap, stats.Memory.OomKillCount));
        Assert.Equal(new PidsStats(3, 20), stats.Pids);
        Assert.Equal([new(8, 0, "Read", 4096)], stats.BlockIO!.ServiceBytes);
        Assert.Equal([new(8, 0, "Read", 2)], stats.BlockIO.Serviced);
        Assert.Equal(new HugetlbStats(2, 3, 4), Assert.Single(stats.Hugetlb).Value);
    }

    [Fact]
    public void Read_NoFile_HasNoPart() => Assert.All([ReadV1([]), ReadV2([])], stats =>
    {
        Assert.Null(stats.Cpu);
        Assert.Null(stats.Cpuset);
        Assert.Null(stats.Memory);
        Assert.Null(stats.Pids);
        Assert.Null(stats.BlockIO);
        Assert.Empty(stats.Hugetlb);
        Assert.Empty(stats.Rdma);
    });

    [Fact]
    public void Read_FileWithoutANumber_IsNullNotZero()
    {
        ContainerStats stats = ReadV2(new() { ["cpu.stat"] = "usage_usec 1", ["memory.current"] = "1", ["memory.max"] = "max", ["memory.swap.current"] = "1", ["memory.swap.max"] = "5", ["pids.current"] = "x" });

        Assert.Equal((null, null, null), (stats.Cpu!.User, stats.Cpu.Periods, stats.Cpu.ThrottledTime));
        Assert.Equal((null, null, null), (stats.Memory!.Usage.Limit, stats.Memory.Swap!.Limit, stats.Memory.Cache));
        Assert.Null(stats.Pids!.Current);
    }

    private static ContainerStats ReadV2(Dictionary<string, string> tree) =>
        new CgroupV2Stats(tree.GetValueOrDefault, [.. tree.Keys]).Read(Now);

    private static ContainerStats ReadV1(Dictionary<string, string> tree) => new CgroupV1Stats(
        (controller, file) => tree.GetValueOrDefault($"{controller}/{file}"),
        controller => [.. tree.Keys.Where(k => k.StartsWith(controller + "/", StringComparison.Ordinal)).Select(k => k[(controller.Length + 1)..])]).Read(Now);
}
