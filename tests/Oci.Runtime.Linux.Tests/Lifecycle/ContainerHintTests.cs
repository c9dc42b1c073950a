using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Lifecycle;

/// <summary>What somebody who is new to it gets wrong first, and the sentence that says what to do.</summary>
[Collection(ContainerCollection.Name)]
public sealed class ContainerHintTests
{
    private static async Task<string> HintAsync(Func<RuntimeSpec, RuntimeSpec> edit)
    {
        await using var host = new ContainerHost();
        var e = await Assert.ThrowsAsync<ContainerException>(() => host.CreateAsync(edit(ContainerHost.Spec("true"))));
        Assert.DoesNotContain("..", e.Message, StringComparison.Ordinal);
        return Assert.IsType<string>(e.Hint);
    }

    private static RuntimeSpec WithMount(RuntimeSpec spec, MountSpec mount) => spec with { Mounts = [.. spec.Mounts!, mount] };

    [Theory]
    [InlineData("size=banana", "\"size\"")]
    [InlineData("size=banana", "\"banana\"")]
    [InlineData("nosuchoption", "\"nosuchoption\"")]
    public async Task CreateAsync_MountOptionRefused_NamesIt(string option, string named)
    {
        string hint = await HintAsync(s => WithMount(s, new MountSpec { Destination = "/data", Type = "tmpfs", Source = "tmpfs", Options = ["mode=755", option] }));

        Assert.Contains(named, hint, StringComparison.Ordinal);
        Assert.DoesNotContain("mode", hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CreateAsync_MountForGroupThatIsNotMapped_SaysSo()
    {
        string hint = await HintAsync(s => WithMount(s, new MountSpec { Destination = "/data", Type = "tmpfs", Source = "tmpfs", Options = ["gid=4294967295"] }));

        Assert.Contains("is not mapped", hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CreateAsync_DirectoryMountedOverFile_SaysSo()
    {
        string hint = await HintAsync(s => WithMount(s, new MountSpec { Destination = "/bin/busybox", Type = "tmpfs", Source = "tmpfs" }));

        Assert.Contains("is a file in the root filesystem", hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CreateAsync_SysctlMissing_SaysSo()
    {
        string hint = await HintAsync(s => s with { Linux = s.Linux! with { Sysctl = new Dictionary<string, string> { ["net.nosuch"] = "1" } } });

        Assert.Contains("/proc/sys", hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CreateAsync_NamespaceFileMissing_SaysSo()
    {
        var missing = new LinuxNamespace { Type = LinuxNamespaceTypes.Uts, Path = "/no/such/namespace" };
        string hint = await HintAsync(s => s with
        {
            Hostname = null,
            Linux = s.Linux! with { Namespaces = [.. s.Linux!.Namespaces!.Where(n => n.Type != LinuxNamespaceTypes.Uts), missing] },
        });

        Assert.Contains("at that path", hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CreateAsync_OrdinaryUserDeviceMissing_SaysWhyItIsBound()
    {
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "Root makes the device.");

        string hint = await HintAsync(s => s with { Linux = s.Linux! with { Devices = [new() { Path = "/dev/nosuch", Type = "c", Major = 250, Minor = 77 }] } });

        Assert.Contains("the host's own is bound", hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_ProgramIsDirectory_SaysSo()
    {
        await using var host = new ContainerHost();
        await using Container container = await host.CreateAsync(ContainerHost.Spec("/etc"));

        var e = await Assert.ThrowsAsync<ContainerException>(() => container.StartAsync());

        Assert.Contains("not a directory", e.Hint, StringComparison.Ordinal);
        await container.WaitAsync();
        await container.DeleteAsync();
    }

    [Fact]
    public async Task ExecAsync_DirectoryMissing_SaysSo()
    {
        await using var host = new ContainerHost();
        await using Container container = await host.CreateAsync(ContainerHost.Spec("sleep", "60"));
        await container.StartAsync();

        var e = await Assert.ThrowsAsync<ContainerException>(() => container.ExecAsync(new() { Args = ["true"], Cwd = "/nowhere" }));

        Assert.Contains("not in the container's root filesystem", e.Hint, StringComparison.Ordinal);
        await container.DeleteAsync(force: true);
    }
}
