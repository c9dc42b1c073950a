using Oci.Runtime.Linux.Cgroups;
using Oci.Runtime.Linux.Spec;
using Oci.Runtime.Linux.Systemd;

namespace Oci.Runtime.Linux.Tests.Systemd;

public class SystemdPropertiesTests
{
    [Theory]
    [InlineData("""{"memory":{"limit":100,"swap":150,"reservation":50},"pids":{"limit":9}}""", "MemoryMax=100 MemoryLow=50 MemorySwapMax=50 TasksMax=9")]
    [InlineData("""{"memory":{"limit":-1},"pids":{"limit":-1}}""", "MemoryMax=18446744073709551615 MemorySwapMax=18446744073709551615 TasksMax=18446744073709551615")]
    [InlineData("""{"cpu":{"shares":1024,"cpus":"0-1,9"}}""", "CPUWeight=100 AllowedCPUs=0302")]
    [InlineData("""{"cpu":{"quota":50000,"period":100000}}""", "CPUQuotaPeriodUSec=100000 CPUQuotaPerSecUSec=500000")]
    [InlineData("""{"cpu":{"quota":12345}}""", "CPUQuotaPerSecUSec=130000")]
    [InlineData("""{"cpu":{"quota":-1}}""", "CPUQuotaPerSecUSec=18446744073709551615")]
    [InlineData("""{"cpu":{"quota":9223372036854775807,"period":1}}""", "CPUQuotaPeriodUSec=1 CPUQuotaPerSecUSec=18446744073709551615")]
    public void ForLimits_V2_GivesProperties(string resources, string expected) => Assert.Equal(expected, Describe(resources, CgroupMode.V2));

    [Theory]
    [InlineData("""{"memory":{"limit":100,"swap":150},"cpu":{"shares":512},"blockIO":{"weight":20}}""", "MemoryLimit=100 CPUShares=512 BlockIOWeight=20")]
    public void ForLimits_V1_GivesProperties(string resources, string expected) => Assert.Equal(expected, Describe(resources, CgroupMode.Hybrid));

    [Fact]
    public void ForDevices_Rules_AreAListOfWhatIsAllowed()
    {
        IReadOnlyList<SystemdProperty> properties = SystemdProperties.ForDevices(
            [new(false, 'a', null, null, DeviceAccess.All, ""), new(true, 'c', 1, 3, DeviceAccess.Read | DeviceAccess.Write, ""), new(true, 'b', 8, null, DeviceAccess.All, ""), new(true, 'c', null, null, DeviceAccess.Mknod, "")]);

        Assert.Equal(["DevicePolicy", "DeviceAllow", "DeviceAllow"], properties.Select(p => p.Name));
        Assert.Equal([("/dev/char/1:3", "rw"), ("block-8", "rwm"), ("char-*", "m")], ((string, string)[])properties[2].Value);
    }

    private static string Describe(string resources, CgroupMode mode) => string.Join(' ', SystemdProperties.ForLimits(
        Spec.SpecExamples.Parse($$$"""{"ociVersion":"1.3.0","linux":{"resources":{{{resources}}} } }""").Linux!.Resources!, mode)
        .Select(p => $"{p.Name}={(p.Value is byte[] bits ? Convert.ToHexString(bits) : p.Value)}"));
}
