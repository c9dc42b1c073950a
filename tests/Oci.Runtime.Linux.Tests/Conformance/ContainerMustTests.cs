using System.Text.Json;
using Oci.Runtime.Linux.Bundles;
using Oci.Runtime.Linux.Spec;
using Oci.Runtime.Linux.Tests.Lifecycle;

namespace Oci.Runtime.Linux.Tests.Conformance;

/// <summary>Demands of runtime-spec on real containers that the tests of the features do not prove by the way.</summary>
[Collection(ContainerCollection.Name)]
public sealed class ContainerMustTests
{
    private static MountSpec Tmpfs(string destination) => new() { Destination = destination, Type = "tmpfs", Source = "tmpfs" };

    [Fact]
    [Must("config.md#mounts-1")]
    public async Task Run_MountsOverEachOther_AreMadeInTheirOrder()
    {
        await using var host = new ContainerHost();
        Directory.CreateDirectory(host.Combine("one"));
        Directory.CreateDirectory(host.Combine("two"));
        File.WriteAllText(host.Combine("one", "name"), "one");
        File.WriteAllText(host.Combine("two", "name"), "two");
        MountSpec Bind(string name, string destination) => new() { Destination = destination, Source = host.Combine(name), Options = ["rbind"] };
        RuntimeSpec spec = ContainerHost.Spec("sh", "-c", "ls /tmp; cat /tmp/in/name");

        // The tmpfs hides what is below it before; of two binds at one place the later is seen.
        ContainerRun run = (await host.RunAsync(spec with { Mounts = [.. spec.Mounts!, Bind("two", "/tmp/hidden"), Tmpfs("/tmp"), Bind("two", "/tmp/in"), Bind("one", "/tmp/in")] })).EnsureSuccess();

        Assert.Equal("in\none", run.Output);
    }

    [Fact]
    [Must("config.md#mounts-2")]
    public async Task Run_RelativeDestination_CountsFromTheRoot()
    {
        await using var host = new ContainerHost();
        RuntimeSpec spec = ContainerHost.Spec("grep", "-c", " /tmp/in ", "/proc/self/mountinfo");

        ContainerRun run = (await host.RunAsync(spec with { Process = spec.Process! with { Cwd = "/bin" }, Mounts = [.. spec.Mounts!, Tmpfs("tmp/in")] })).EnsureSuccess();

        Assert.Equal("1\n", run.Output);
    }

    [Theory]
    [Must("config.md#linux-process-2", "config.md#linux-process-3")]
    [InlineData(null)]
    [InlineData(500)]
    public async Task Run_OomScoreAdj_IsSetOrLeftAlone(int? value)
    {
        await using var host = new ContainerHost();
        RuntimeSpec spec = ContainerHost.Spec("cat", "/proc/self/oom_score_adj");

        ContainerRun run = (await host.RunAsync(spec with { Process = spec.Process! with { OomScoreAdj = value } })).EnsureSuccess();

        Assert.Equal(value is null ? File.ReadAllText("/proc/self/oom_score_adj") : $"{value}\n", run.Output);
    }

    [Fact]
    [Must("config.md#annotations-3", "config.md#extensibility-1")]
    public async Task Run_UnknownMembersAndAnnotations_AreIgnored()
    {
        await using var host = new ContainerHost();
        RuntimeSpec spec = ContainerHost.Spec("echo", "ran");
        JsonElement unknown = JsonDocument.Parse("""{"x":[1]}""").RootElement;
        var members = new Dictionary<string, JsonElement> { ["org.example.unknown"] = unknown };

        ContainerRun run = (await host.RunAsync(spec with
        {
            ExtensionData = members,
            Process = spec.Process! with { ExtensionData = members },
            Linux = spec.Linux! with { ExtensionData = members },
            Annotations = new Dictionary<string, string> { ["org.example.unknown"] = "" },
        })).EnsureSuccess();

        Assert.Equal("ran\n", run.Output);
    }

    [Fact]
    [Must("config-linux.md#namespaces-5")]
    public async Task Run_NamespacesNotListed_AreInherited()
    {
        await using var host = new ContainerHost();
        RuntimeSpec spec = ContainerHost.Spec("sh", "-c", "for n in ipc cgroup time uts; do readlink /proc/self/ns/$n; done");
        string[] left = [LinuxNamespaceTypes.Ipc, LinuxNamespaceTypes.Cgroup, LinuxNamespaceTypes.Time, LinuxNamespaceTypes.Uts];

        ContainerRun run = (await host.RunAsync(spec with
        {
            Hostname = null,
            Mounts = [.. spec.Mounts!.Where(m => m.Type is not "mqueue")],
            Linux = spec.Linux! with { Namespaces = [.. spec.Linux.Namespaces!.Where(n => !left.Contains(n.Type))] },
        })).EnsureSuccess();

        string[] own = [.. new[] { "ipc", "cgroup", "time", "uts" }.Select(n => new FileInfo($"/proc/self/ns/{n}").LinkTarget!)];
        Assert.Equal(own, run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    [Must("config-linux.md#namespaces-3")]
    public async Task CreateAsync_NamespaceOfAnotherType_SaysSo()
    {
        await using var host = new ContainerHost();
        RuntimeSpec spec = ContainerHost.Spec("true");
        LinuxNamespace[] namespaces = [.. spec.Linux!.Namespaces!.Where(n => n.Type is not LinuxNamespaceTypes.Network), new() { Type = LinuxNamespaceTypes.Network, Path = "/proc/self/ns/uts" }];

        var e = await Assert.ThrowsAsync<ContainerException>(() => host.CreateAsync(spec with { Linux = spec.Linux with { Namespaces = namespaces } }));

        Assert.StartsWith("/linux/namespaces/", e.SpecPointer, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(host.Runtime.Root));
    }

    [Fact]
    [Must("config-linux.md#devices-1")]
    [Trait("Needs", "root")]
    public async Task Run_Devices_AreThere()
    {
        Requires.Root();
        await using var host = new ContainerHost();
        RuntimeSpec spec = ContainerHost.Spec("stat", "-c", "%n %F %t:%T %a %u", "/dev/mine", "/tmp/pipe");
        LinuxDevice[] devices =
        [
            new() { Path = "/dev/mine", Type = "c", Major = 1, Minor = 5, FileMode = 0x1A0, Uid = 7 },
            new() { Path = "/tmp/pipe", Type = "p", FileMode = 0x180 },
        ];

        ContainerRun run = (await host.RunAsync(spec with { Linux = spec.Linux! with { Devices = devices } })).EnsureSuccess();

        Assert.Equal("/dev/mine character special file 1:5 640 7\n/tmp/pipe fifo 0:0 600 0\n", run.Output);
    }

    [Fact]
    [Must("config-linux.md#devices-2")]
    [Trait("Needs", "root")]
    public async Task CreateAsync_OtherFileAtADevice_SaysSo()
    {
        Requires.Root();
        await using var host = new ContainerHost();
        File.WriteAllText(Path.Combine(host.RootPath, "tmp", "mine"), "a file");
        RuntimeSpec spec = ContainerHost.Spec("true");

        var e = await Assert.ThrowsAsync<ContainerException>(() => host.CreateAsync(
            spec with { Linux = spec.Linux! with { Devices = [new() { Path = "/tmp/mine", Type = "c", Major = 1, Minor = 5 }] } }));

        Assert.Equal("/linux/devices/0", e.SpecPointer);
        Assert.Equal("a file", File.ReadAllText(Path.Combine(host.RootPath, "tmp", "mine")));
    }

    [Fact]
    [Must("runtime.md#lifecycle-3")]
    public async Task Start_ConfigurationChangedSinceCreation_RunsThatOfTheCreation()
    {
        await using var host = new ContainerHost();
        await using Container container = await host.CreateAsync(ContainerHost.Spec("echo", "old"));
        await host.BundleAsync(ContainerHost.Spec("echo", "new"));
        await using Container? again = await host.Runtime.GetAsync(container.Id);

        await again!.StartAsync();

        Assert.Equal("old\n", await new StreamReader(container.StandardOutput!).ReadToEndAsync());
        await container.WaitAsync();
        await container.DeleteAsync();
    }

    [Fact]
    [Must("runtime.md#lifecycle-10", "runtime.md#delete-4")]
    public async Task Delete_Stopped_LeavesTheBundleAsItWas()
    {
        await using var host = new ContainerHost();
        Directory.CreateDirectory(host.Combine("data"));
        RuntimeSpec spec = ContainerHost.Spec("touch", "/tmp/in/new");
        spec = spec with { Mounts = [.. spec.Mounts!, new MountSpec { Destination = "/tmp/in", Source = host.Combine("data"), Options = ["bind"] }] };

        (await host.RunAsync(spec)).EnsureSuccess();

        Assert.True(File.Exists(host.Combine("data", "new")));
        Assert.True(File.Exists(host.Combine("bundle", "config.json")));
        Assert.True(File.Exists(Path.Combine(host.RootPath, "bin", "busybox")));
    }
}
