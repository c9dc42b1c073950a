using Oci.Common.Linux;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Lifecycle;

/// <summary>Configurations at the limits of the kernel and of the init's program: they work, or say what is too large.</summary>
[Collection(ContainerCollection.Name)]
public sealed class ContainerSizeTests
{
    [Fact]
    public async Task Run_FourThousandArguments_Arrive()
    {
        await using var host = new ContainerHost();

        ContainerRun run = (await host.RunAsync(["sh", "-c", "echo $# ${4095}", "sh", .. Enumerable.Range(1, 4095).Select(i => $"argument{i}")])).EnsureSuccess();

        Assert.Equal("4095 argument4095\n", run.Output);
    }

    [Fact]
    public async Task Run_EnvironmentOfAMegabyte_Arrives()
    {
        await using var host = new ContainerHost();
        RuntimeSpec spec = ContainerHost.Spec("sh", "-c", "echo ${#V0} ${#V9}");
        spec = spec with { Process = spec.Process! with { Env = ["PATH=/bin", .. Enumerable.Range(0, 10).Select(i => $"V{i}={new string('x', 100_000)}")] } };

        Assert.Equal("100000 100000\n", (await host.RunAsync(spec)).EnsureSuccess().Output);
    }

    [Fact]
    public async Task StartAsync_StringTooLongForTheKernel_SaysSo()
    {
        await using var host = new ContainerHost();
        RuntimeSpec spec = ContainerHost.Spec("true");
        await using Container container = await host.CreateAsync(spec with { Process = spec.Process! with { Env = ["PATH=/bin", $"V={new string('x', 200_000)}"] } });

        var e = await Assert.ThrowsAsync<ContainerException>(() => container.StartAsync());

        Assert.Equal((int)Errno.E2BIG, e.Errno);
        Assert.Contains("process.env", e.Hint, StringComparison.Ordinal);
        Assert.Equal(255, (await container.WaitAsync()).Code);
        await container.DeleteAsync();
    }

    [Fact]
    public async Task CreateAsync_MoreThanAProgramHolds_SaysSo()
    {
        await using var host = new ContainerHost();
        RuntimeSpec spec = ContainerHost.Spec("true");
        spec = spec with { Process = spec.Process! with { Env = [.. Enumerable.Range(0, 100).Select(i => $"V{i}={new string('x', 100_000)}")] } };

        var e = await Assert.ThrowsAsync<ContainerException>(() => host.CreateAsync(spec));

        Assert.Equal((int)Errno.E2BIG, e.Errno);
        Assert.NotNull(e.Hint);
    }

    [Theory]
    [InlineData("arg")]
    [InlineData("env")]
    [InlineData("cwd")]
    [InlineData("hostname")]
    [InlineData("mount")]
    [InlineData("option")]
    [InlineData("masked")]
    [InlineData("device")]
    [InlineData("root")]
    public async Task CreateAsync_TextWithNul_IsInvalid(string member)
    {
        await using var host = new ContainerHost();
        RuntimeSpec spec = ContainerHost.Spec("true");
        spec = member switch
        {
            "arg" => spec with { Process = spec.Process! with { Args = ["true", "a\0b"] } },
            "env" => spec with { Process = spec.Process! with { Env = ["A=a\0b"] } },
            "cwd" => spec with { Process = spec.Process! with { Cwd = "/a\0b" } },
            "hostname" => spec with { Hostname = "a\0b" },
            "mount" => spec with { Mounts = [.. spec.Mounts!, new MountSpec { Destination = "/a\0b", Type = "tmpfs" }] },
            "option" => spec with { Mounts = [.. spec.Mounts!, new MountSpec { Destination = "/a", Type = "tmpfs", Options = ["a\0b"] }] },
            "masked" => spec with { Linux = spec.Linux! with { MaskedPaths = ["/a\0b"] } },
            "device" => spec with { Linux = spec.Linux! with { Devices = [new LinuxDevice { Path = "/dev/a\0b", Type = "p" }] } },
            _ => spec with { Root = spec.Root! with { Path = "/a\0b" } },
        };

        var e = await Assert.ThrowsAsync<InvalidSpecException>(() => host.CreateAsync(spec));

        Assert.Contains("NUL", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ThousandMountsAndFewDescriptors_AreMade()
    {
        await using var host = new ContainerHost();
        Directory.CreateDirectory(host.Combine("source"));
        RuntimeSpec spec = ContainerHost.Spec("sh", "-c", "grep -c ' /many/' /proc/self/mountinfo");
        spec = spec with
        {
            Mounts = [.. spec.Mounts!, .. Enumerable.Range(0, 1000).Select(i => new MountSpec { Destination = $"/many/a{i}/b/c", Source = host.Combine("source"), Options = ["bind", "ro"] })],
            Process = spec.Process! with { Rlimits = [new PosixRlimit { Type = "RLIMIT_NOFILE", Soft = 256, Hard = 256 }] },
        };

        Assert.Equal("1000\n", (await host.RunAsync(spec)).EnsureSuccess().Output);
    }
}
