using Oci.Runtime.Linux.Planning;
using Oci.Runtime.Linux.Processes;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Lifecycle;

/// <summary>What the caller asks for beside the configuration.</summary>
[Collection(ContainerCollection.Name)]
public sealed class ContainerOptionTests
{
    private static async Task<string> RunAsync(ContainerHost host, RuntimeSpec spec, CreateContainerOptions options)
    {
        options.Stdio = ContainerStdio.Pipes;
        await using Container container = await host.Runtime.CreateAsync("o", await host.BundleAsync(spec), options);
        await container.StartAsync();
        string output = await new StreamReader(container.StandardOutput!).ReadToEndAsync();
        string error = await new StreamReader(container.StandardError!).ReadToEndAsync();
        Assert.True((await container.WaitAsync()).IsSuccess, output + error);
        await container.DeleteAsync();
        return output;
    }

    [Fact]
    public async Task CreateAsync_NoPivotRoot_HasTheSameRoot()
    {
        await using var host = new ContainerHost();

        string output = await RunAsync(host, ContainerHost.Spec("sh", "-c", "ls -d /*; test -d /proc/self && test -c /dev/null && pwd"), new() { NoPivotRoot = true });

        Assert.Equal("/bin\n/dev\n/etc\n/proc\n/sys\n/tmp\n/\n", output);
        ContainerPlan plan = host.Runtime.Plan("o", await host.BundleAsync(ContainerHost.Spec("true")), new() { NoPivotRoot = true });
        Assert.DoesNotContain("pivot_root", plan.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExecAsync_ContainerWithoutPivotRoot_EntersItsRoot()
    {
        await using var host = new ContainerHost();
        await using Container container = await host.Runtime.CreateAsync("o", await host.BundleAsync(ContainerHost.Spec("cat")), new() { Stdio = ContainerStdio.Pipes, NoPivotRoot = true });
        await container.StartAsync();

        await using ContainerProcess process = await container.ExecAsync(new() { Args = ["ls", "/"], Stdio = ContainerStdio.Pipes });

        Assert.Equal("bin\ndev\netc\nproc\nsys\ntmp\n", await new StreamReader(process.StandardOutput!).ReadToEndAsync());
        await process.WaitAsync();
        await container.DeleteAsync(force: true);
    }

    /// <summary>An own keyring is what /proc/keys shows of the container's name (keyrings(7)).</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task CreateAsync_NoNewKeyring_KeepsTheCallers(bool isKept)
    {
        Assert.SkipUnless(File.Exists("/proc/keys"), "The kernel has no /proc/keys.");
        await using var host = new ContainerHost();
        RuntimeSpec spec = ContainerHost.Spec("cat", "/proc/keys");
        spec = spec with { Linux = spec.Linux! with { MaskedPaths = [] } };

        string keys = await RunAsync(host, spec, new() { NoNewKeyring = isKept });

        Assert.Equal(!isKept, keys.Contains("_ses.o", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Needs", "root")]
    public async Task CreateAsync_OtherUser_CanOpenItsStreamsAnew(bool hasUserNamespace)
    {
        Requires.Root();
        await using var host = new ContainerHost();
        RuntimeSpec spec = ContainerHost.Spec("sh", "-c", "stat -L -c %u /proc/self/fd/1; echo anew >/dev/stdout && echo too >/dev/stderr");
        spec = spec with { Process = spec.Process! with { User = new UserSpec { Uid = 1000, Gid = 1000 } } };
        if (hasUserNamespace)
        {
            LinuxIdMapping[] map = [new LinuxIdMapping { ContainerId = 0, HostId = 200000, Size = 65536 }];
            spec = spec with { Linux = spec.Linux! with { Namespaces = [.. spec.Linux.Namespaces!, new LinuxNamespace { Type = LinuxNamespaceTypes.User }], UidMappings = map, GidMappings = map } };
            await ToolResult.RunAsync("chmod", ["-R", "a+rX", host.Combine(".")]);
        }

        Assert.Equal("1000\nanew\n", await RunAsync(host, spec, new()));
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task ExecAsync_OtherUser_CanOpenItsStreamsAnew()
    {
        Requires.Root();
        await using ExecHost host = await ExecHost.StartAsync();

        ContainerRun run = await host.RunAsync(new ExecOptions { Args = ["sh", "-c", "echo anew >/dev/stdout"], User = new UserSpec { Uid = 1000, Gid = 1000 } });

        Assert.Equal("anew\n", run.Output);
    }

    /// <summary>What was given to the runtime stays its owner's.</summary>
    [Fact]
    [Trait("Needs", "root")]
    public async Task CreateAsync_OtherUserWithFilesOfTheCaller_LeavesTheirOwner()
    {
        Requires.Root();
        await using var host = new ContainerHost();
        RuntimeSpec spec = ContainerHost.Spec("echo", "written");
        spec = spec with { Process = spec.Process! with { User = new UserSpec { Uid = 1000, Gid = 1000 } } };
        using Microsoft.Win32.SafeHandles.SafeFileHandle file = File.OpenHandle(host.Combine("out"), FileMode.Create, FileAccess.ReadWrite);
        await using Container container = await host.CreateAsync(spec, ContainerStdio.FromHandles(file, file, file));
        await container.StartAsync();
        await container.WaitAsync();
        await container.DeleteAsync();

        Assert.Equal("0\n", (await ToolResult.RunAsync("stat", ["-c", "%u", host.Combine("out")])).Output);
    }
}
