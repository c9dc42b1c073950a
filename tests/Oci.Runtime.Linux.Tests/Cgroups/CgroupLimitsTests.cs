using Oci.Runtime.Linux.Cgroups;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Cgroups;

public class CgroupLimitsTests
{
    [Theory]
    [InlineData("""{"memory":{"limit":1048576,"swap":2097152,"reservation":-1}}""",
        "memory.limit_in_bytes=1048576 memory.memsw.limit_in_bytes=2097152 memory.soft_limit_in_bytes=-1")]
    [InlineData("""{"memory":{"swappiness":5,"disableOOMKiller":true,"kernelTCP":7}}""",
        "memory.kmem.tcp.limit_in_bytes=7 memory.swappiness=5 memory.oom_control=1")]
    [InlineData("""{"memory":{"limit":-1}}""", "memory.limit_in_bytes=-1 memory.memsw.limit_in_bytes=-1")]
    [InlineData("""{"memory":{"limit":0,"swap":0,"reservation":0,"disableOOMKiller":false,"useHierarchy":true}}""", "memory.use_hierarchy=1 memory.oom_control=0")]
    [InlineData("""{"cpu":{"realtimeRuntime":900,"realtimePeriod":1000}}""", "cpu.rt_period_us=1000 cpu.rt_runtime_us=900")]
    [InlineData("""{"blockIO":{"leafWeight":20,"weightDevice":[{"major":8,"minor":1,"weight":30,"leafWeight":40}]}}""",
        "blkio.leaf_weight=20 blkio.weight_device=8:1_30 blkio.leaf_weight_device=8:1_40")]
    [InlineData("""{"pids":{"limit":10}}""", "pids.max=10")]
    [InlineData("""{"pids":{"limit":0}}""", "pids.max=max")]
    [InlineData("""{"pids":{"limit":-1}}""", "pids.max=max")]
    [InlineData("""{"cpu":{"shares":512,"quota":50000,"period":100000,"cpus":"0-1","mems":"0"}}""",
        "cpu.shares=512 cpu.cfs_period_us=100000 cpu.cfs_quota_us=50000 cpuset.cpus=0-1 cpuset.mems=0")]
    [InlineData("""{"cpu":{"shares":0,"quota":0,"period":0,"idle":1,"burst":5}}""", "cpu.cfs_burst_us=5 cpu.idle=1")]
    [InlineData("""{"blockIO":{"weight":500,"throttleReadBpsDevice":[{"major":8,"minor":0,"rate":600}]}}""",
        "blkio.weight=500 blkio.throttle.read_bps_device=8:0_600")]
    [InlineData("""{"hugepageLimits":[{"pageSize":"2MB","limit":4}]}""", "hugetlb.2MB.limit_in_bytes=4 hugetlb.2MB.rsvd.limit_in_bytes=4")]
    [InlineData("""{"network":{"classID":9,"priorities":[{"name":"eth0","priority":5}]}}""", "net_cls.classid=9 net_prio.ifpriomap=eth0_5")]
    [InlineData("""{"rdma":{"mlx5_1":{"hcaHandles":3,"hcaObjects":4}}}""", "rdma.max=mlx5_1_hca_handle=3_hca_object=4")]
    public void From_V1_GivesFilesInOrder(string resources, string writes) =>
        Assert.Equal(writes, Describe(CgroupV1Limits.From(Resources(resources))));

    [Theory]
    [Must("config-linux.md#unified-1", "config-linux.md#unified-2")]
    [InlineData("""{"memory":{"limit":1048576,"swap":2097152,"reservation":-1}}""", "memory.swap.max=1048576 memory.max=1048576 memory.low=max")]
    [InlineData("""{"memory":{"limit":-1,"swap":-1}}""", "memory.swap.max=max memory.max=max")]
    [InlineData("""{"memory":{"limit":5,"swap":5}}""", "memory.swap.max=0 memory.max=5")]
    [InlineData("""{"pids":{"limit":10}}""", "pids.max=10")]
    [InlineData("""{"cpu":{"shares":1024,"quota":50000,"period":100000,"cpus":"0-1"}}""", "cpu.weight=100 cpu.max=50000_100000 cpuset.cpus=0-1")]
    [InlineData("""{"cpu":{"quota":50000}}""", "cpu.max=50000")]
    [InlineData("""{"cpu":{"quota":-1,"period":9000}}""", "cpu.max=max_9000")]
    [InlineData("""{"cpu":{"period":9000}}""", "cpu.max=max_9000")]
    [InlineData("""{"cpu":{"idle":1,"shares":5}}""", "cpu.idle=1")]
    [InlineData("""{"cpu":{"burst":5,"quota":10}}""", "cpu.max=10 cpu.max.burst=5")]
    [InlineData("""{"memory":{"limit":-1}}""", "memory.swap.max=max memory.max=max")]
    [InlineData("""{"rdma":{"mlx":{"hcaObjects":4}},"hugepageLimits":[{"pageSize":"1GB","limit":4}]}""", "rdma.max=mlx_hca_object=4 hugetlb.1GB.max=4 hugetlb.1GB.rsvd.max=4")]
    [InlineData("""{"blockIO":{"weight":1000,"throttleWriteIOPSDevice":[{"major":8,"minor":16,"rate":30}]}}""", "io.bfq.weight=1000 io.max=8:16_wiops=30")]
    [InlineData("""{"unified":{"memory.high":"10"}}""", "memory.high=10")]
    public void From_V2_GivesFilesInOrder(string resources, string writes) =>
        Assert.Equal(writes, Describe(CgroupV2Limits.From(Resources(resources))));

    [Theory]
    [Must("config-linux.md#unified-4")]
    [InlineData("""{"memory":{"swap":5}}""", "/linux/resources/memory/swap")]
    [InlineData("""{"memory":{"swap":5,"limit":6}}""", "/linux/resources/memory/swap")]
    [InlineData("""{"memory":{"swappiness":5}}""", "/linux/resources/memory/swappiness")]
    [InlineData("""{"memory":{"kernelTCP":5}}""", "/linux/resources/memory/kernelTCP")]
    [InlineData("""{"memory":{"disableOOMKiller":true}}""", "/linux/resources/memory/disableOOMKiller")]
    [InlineData("""{"cpu":{"realtimeRuntime":5}}""", "/linux/resources/cpu/realtimeRuntime")]
    [InlineData("""{"network":{"classID":5}}""", "/linux/resources/network")]
    [InlineData("""{"blockIO":{"leafWeight":50}}""", "/linux/resources/blockIO/leafWeight")]
    public void From_V2WhatItHasNot_ThrowsWithPointer(string resources, string pointer) =>
        Assert.Equal(pointer, Assert.Throws<InvalidSpecException>(() => CgroupV2Limits.From(Resources(resources))).SpecPointer);

    [Theory]
    [InlineData("""{"memory":{"swap":30}}""", "10", null, "memory.swap.max=20 memory.max=10")]
    [InlineData("""{"cpu":{"period":5000}}""", null, "2000 100000", "cpu.max=2000_5000")]
    [InlineData("""{"cpu":{"period":5000}}""", null, "max 100000", "cpu.max=max_5000")]
    [InlineData("""{"cpu":{"quota":-1}}""", null, "2000 100000", "cpu.max=max")]
    [InlineData("""{"pids":{"limit":3}}""", "10", "2000 100000", "pids.max=3")]
    public void Complete_V2Update_KeepsWhatTheFileHoldsBesides(string update, string? memoryMax, string? cpuMax, string writes) =>
        Assert.Equal(writes, Describe(CgroupV2Limits.From(CgroupV2Limits.Complete(Resources(update), memoryMax, cpuMax))));

    [Fact]
    [Must("config-linux.md#unified-3")]
    public void From_V1Unified_ThrowsWithPointer() => Assert.Equal("/linux/resources/unified",
        Assert.Throws<InvalidSpecException>(() => CgroupV1Limits.From(Resources("""{"unified":{"memory.max":"1"}}"""))).SpecPointer);

    [Fact]
    public void From_EveryWrite_NamesAMemberOfTheConfiguration() => Assert.All(
        CgroupV1Limits.From(Resources("""{"memory":{"limit":1},"pids":{"limit":1},"cpu":{"shares":2},"rdma":{"a/b":{"hcaHandles":1}}}""")),
        write => Assert.Contains(write.Pointer, (string[])["/linux/resources/memory/limit", "/linux/resources/pids/limit", "/linux/resources/cpu/shares", "/linux/resources/rdma/a~1b"]));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 1)]
    [InlineData(1024, 100)]
    [InlineData(262144, 10000)]
    [InlineData(ulong.MaxValue, 10000)]
    public void WeightFromShares_EndsAndDefault_MapToEachOther(ulong shares, ulong weight) =>
        Assert.Equal(weight, CgroupV2Limits.WeightFromShares(shares));

    [Fact]
    public void WeightFromShares_MoreShares_NeverWeighLess()
    {
        ulong last = 0;
        for (ulong shares = 2; shares <= 262144; shares += 7)
        {
            ulong weight = CgroupV2Limits.WeightFromShares(shares);
            Assert.InRange(weight, Math.Max(last, 1), 10000UL);
            last = weight;
        }
    }

    [Fact]
    [Must("config-linux.md#allowed-device-list-1")]
    public void CgroupDeviceRules_SpecsRules_ComeFirstAndInOrder()
    {
        LinuxSpec linux = SpecOf("""
            {"devices":[{"path":"/dev/fuse","type":"u","major":10,"minor":229},{"path":"/dev/p","type":"p"}],
             "resources":{"devices":[{"allow":false,"access":"rwm"},{"allow":true,"type":"c","major":10,"minor":200,"access":"rw"},{"allow":true,"type":"b","major":8}]}}
            """);

        IReadOnlyList<CgroupWrite> writes = CgroupDeviceRules.ToWrites(CgroupDeviceRules.From(linux));

        Assert.Equal(["devices.deny a", "devices.deny a", "devices.allow c 10:200 rw", "devices.allow b 8:* rwm"], writes.Take(4).Select(w => $"{w.File} {w.Value}"));
        Assert.Equal("/linux/resources/devices/1", writes[2].Pointer);
        Assert.Contains(writes, w => w.Value == "c 1:3 rwm");
        Assert.Equal(("c 10:229 rwm", "/linux/devices/0"), (writes[^1].Value, writes[^1].Pointer));
    }

    [Fact]
    public void CgroupDeviceRules_NoRules_WriteNothing() =>
        Assert.Empty(CgroupDeviceRules.From(SpecOf("""{"devices":[{"path":"/dev/fuse","type":"c","major":10,"minor":229}]}""")));

    private static LinuxResources Resources(string json) => SpecOf($$"""{"resources":{{json}}}""").Resources!;

    private static LinuxSpec SpecOf(string json) => Spec.SpecExamples.Parse($$"""{"ociVersion":"1.3.0","linux":{{json}}}""").Linux!;

    private static string Describe(IEnumerable<CgroupWrite> writes) =>
        string.Join(' ', writes.Select(w => $"{w.File}={w.Value.Replace(' ', '_')}"));
}
