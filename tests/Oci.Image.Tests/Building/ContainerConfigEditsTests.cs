using Oci.Image.Building;
using Oci.Image.Configuration;

namespace Oci.Image.Tests.Building;

public sealed class ContainerConfigEditsTests
{
    [Fact]
    public void WithEnvironment_OfAVariableThatIsSet_KeepsItsPlace()
    {
        var config = new ContainerConfig { Env = ["A=1", "B=2", "AB=3", "A=4"] };

        Assert.Equal(["A=x=y", "B=2", "AB=3"], config.WithEnvironment("A", "x=y").Env);
        Assert.Equal(["A=1", "B=2", "AB=3", "A=4", "C="], config.WithEnvironment("C", "").Env);
        Assert.Equal(["C=1"], new ContainerConfig().WithEnvironment("C", "1").Env);
    }

    [Fact]
    public void WithoutEnvironment_OfTheLast_LeavesNoList()
    {
        var config = new ContainerConfig { Env = ["A=1", "B"] };

        Assert.Equal(["A=1"], config.WithoutEnvironment("B").Env);
        Assert.Null(config.WithoutEnvironment("A").WithoutEnvironment("B").Env);
        Assert.Null(new ContainerConfig().WithoutEnvironment("A").Env);
    }

    [Theory]
    [InlineData("")]
    [InlineData("A=B")]
    [InlineData("A\0")]
    public void WithEnvironment_OfNoName_Throws(string name)
    {
        Assert.Throws<ArgumentException>(() => new ContainerConfig().WithEnvironment(name, "x"));
        Assert.Throws<ArgumentException>(() => new ContainerConfig().WithoutEnvironment(name));
        Assert.Throws<ArgumentException>(() => new ContainerConfig().WithEnvironment("A", "x\0"));
    }

    [Fact]
    public void LabelsPortsAndVolumes_ComeAndGo()
    {
        ContainerConfig config = new ContainerConfig().WithLabel("b", "1").WithLabel("a", "2").WithLabel("b", "3")
            .WithExposedPort("80/tcp").WithExposedPort("53/udp").WithVolume("/data");

        Assert.Equal(["b", "a"], config.Labels!.Keys);
        Assert.Equal("3", config.Labels["b"]);
        Assert.Equal(["80/tcp", "53/udp"], config.ExposedPorts!.Keys);
        Assert.Equal("{}", config.Volumes!["/data"].ToString());
        config = config.WithoutLabel("a").WithoutLabel("b").WithoutExposedPort("80/tcp").WithoutVolume("/data");
        Assert.Null(config.Labels);
        Assert.Equal(["53/udp"], config.ExposedPorts!.Keys);
        Assert.Null(config.Volumes);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("65536/tcp")]
    [InlineData("80/sctp")]
    [InlineData("-1")]
    [InlineData("")]
    public void WithExposedPort_OfNoPort_Throws(string port) =>
        Assert.Throws<ArgumentException>(() => new ContainerConfig().WithExposedPort(port));
}
