using Oci.Runtime.Linux.Cgroups;

namespace Oci.Runtime.Linux.Tests.Cgroups;

public sealed class ContainerStatsTests
{
    [Fact]
    public void ToString_AllThere_IsOneLine()
    {
        var stats = new ContainerStats
        {
            Time = DateTimeOffset.UnixEpoch,
            Cpu = new CpuStats { Usage = 8_706_789 },
            Memory = new MemoryStats { Usage = new MemoryUsage { Usage = 385_024, Limit = 67_108_864 } },
            Pids = new PidsStats(1, null),
        };

        Assert.Equal("cpu 8.7 ms, memory 385024 of 67108864 bytes, tasks 1", stats.ToString());
    }

    [Fact]
    public void ToString_NothingThere_SaysSo() =>
        Assert.Equal("no numbers", new ContainerStats { Time = DateTimeOffset.UnixEpoch }.ToString());
}
