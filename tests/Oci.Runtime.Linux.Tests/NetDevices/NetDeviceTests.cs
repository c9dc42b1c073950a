using Oci.Common.Linux;
using Oci.Runtime.Linux.Spec;
using Oci.Runtime.Linux.Tests.Lifecycle;

namespace Oci.Runtime.Linux.Tests.NetDevices;

/// <summary>
/// Devices moved into containers (runtime-spec, config-linux.md, "Network Devices"), each test in a process with a network
/// namespace of its own, so that nothing is done to the machine's.
/// </summary>
[Collection(ContainerCollection.Name)]
[Trait("Needs", "root")]
public sealed class NetDeviceTests
{
    private static async Task InNamespaceAsync(string method)
    {
        Requires.Root();
        Requires.Tool("ip");
        ToolResult run = await OtherProcess.RunAsync([Requires.Tool("unshare"), "-n"], method, "alone");
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
    }

    private static async Task<string> IpAsync(string arguments) =>
        (await ToolResult.RunAsync(Requires.Tool("ip"), arguments.Split(' '))).EnsureSuccess().Output;

    private static RuntimeSpec Spec(Dictionary<string, LinuxNetDevice> devices, params string[] args)
    {
        RuntimeSpec spec = ContainerHost.Spec(args);
        return spec with { Linux = spec.Linux! with { NetDevices = devices } };
    }

    private static RuntimeSpec InUserNamespace(RuntimeSpec spec)
    {
        LinuxIdMapping[] map = [new LinuxIdMapping { ContainerId = 0, HostId = 0, Size = 1000 }];
        return spec with { Linux = spec.Linux! with { Namespaces = [.. spec.Linux.Namespaces!, new LinuxNamespace { Type = LinuxNamespaceTypes.User }], UidMappings = map, GidMappings = map } };
    }

    private static async Task MakePairAsync()
    {
        await IpAsync("link add oci0 address 02:00:00:00:00:01 mtu 1400 type veth peer name oci1");
        await IpAsync("addr add 192.0.2.1/24 brd 192.0.2.255 label oci0:x dev oci0");
        await IpAsync("addr add 192.0.2.2/32 dev oci0");
        await IpAsync("addr add 2001:db8::1/64 dev oci0 nodad");
        await IpAsync("link set oci0 up");
        await IpAsync("link set oci1 up");
    }

    [Fact]
    [Must("config-linux.md#network-devices-1", "config-linux.md#network-devices-5", "config-linux.md#network-devices-6", "config-linux.md#namespace-lifecycle-and-container-termination-1", "config-linux.md#namespace-lifecycle-and-container-termination-2")]
    public Task Run_Device_MovesWithItsAddressesAndIsUp() => InNamespaceAsync(nameof(MoveOne));

    /// <summary>MUST preserve existing attributes, including all permanent addresses with global scope; MUST set the device state to "up".</summary>
    [Fact]
    public async Task MoveOne()
    {
        _ = OtherProcess.Argument;
        await using var host = new ContainerHost();
        await MakePairAsync();
        await IpAsync("addr add 192.0.2.77/32 scope link dev oci0");
        await IpAsync("addr add 192.0.2.88/32 valid_lft 1000 preferred_lft 1000 dev oci0");
        // A device with the same number is there already, in a namespace that is new: lo.
        RuntimeSpec spec = Spec(new() { ["oci0"] = new LinuxNetDevice { Name = "net0" } }, "ip", "addr", "show", "dev", "net0");

        ContainerRun run = (await host.RunAsync(spec)).EnsureSuccess();

        Assert.Contains("mtu 1400", run.Output, StringComparison.Ordinal);
        Assert.Contains(",UP", run.Output, StringComparison.Ordinal);
        Assert.Contains("02:00:00:00:00:01", run.Output, StringComparison.Ordinal);
        Assert.Contains("192.0.2.1/24 brd 192.0.2.255 scope global net0:x", run.Output, StringComparison.Ordinal);
        Assert.Contains("192.0.2.2/32 scope global net0", run.Output, StringComparison.Ordinal);
        Assert.Contains("2001:db8::1/64 scope global", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("192.0.2.77", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("192.0.2.88", run.Output, StringComparison.Ordinal);
        // The namespace and its virtual devices end with the container (config-linux.md, "Namespace Lifecycle and Container Termination").
        Assert.DoesNotContain("oci0", await IpAsync("-o link"), StringComparison.Ordinal);
    }

    [Fact]
    [Must("config-linux.md#network-devices-4")]
    public Task Run_Template_NamesEachDevice() => InNamespaceAsync(nameof(MoveByTemplate));

    [Fact]
    public async Task MoveByTemplate()
    {
        _ = OtherProcess.Argument;
        await using var host = new ContainerHost();
        await MakePairAsync();
        RuntimeSpec spec = Spec(new() { ["oci0"] = new LinuxNetDevice { Name = "eth%d" }, ["oci1"] = new LinuxNetDevice { Name = "eth%d" } }, "ls", "/sys/class/net");

        ContainerRun run = (await host.RunAsync(spec)).EnsureSuccess();

        Assert.Equal(["eth0", "eth1", "lo"], run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(n => n[0] is 'e' or 'l').Order(StringComparer.Ordinal));
    }

    [Fact]
    public Task Run_SameName_IsKept() => InNamespaceAsync(nameof(MoveIntoUserNamespace));

    [Fact]
    public async Task MoveIntoUserNamespace()
    {
        _ = OtherProcess.Argument;
        await using var host = new ContainerHost();
        await MakePairAsync();
        RuntimeSpec spec = Spec(new() { ["oci0"] = new LinuxNetDevice() }, "ip", "addr", "show", "dev", "oci0");

        ContainerRun run = (await host.RunAsync(InUserNamespace(spec))).EnsureSuccess();

        Assert.Contains("scope global oci0:x", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    [Must("config-linux.md#network-devices-2", "config-linux.md#network-devices-3")]
    public Task Create_Fails_BringsTheDevicesBack() => InNamespaceAsync(nameof(FailAndBringBack));

    /// <summary>MUST generate an error where the name is taken, and an error MUST leave the environment as if the operation were never attempted.</summary>
    [Fact]
    public async Task FailAndBringBack()
    {
        _ = OtherProcess.Argument;
        await using var host = new ContainerHost();
        await MakePairAsync();
        string before = await AddressesAsync();
        LinuxNetDevice net0 = new() { Name = "net0" };
        (Dictionary<string, LinuxNetDevice> Devices, string Program, string Pointer, Errno Errno)[] cases =
        [
            (new() { ["oci0"] = new LinuxNetDevice { Name = "lo" } }, "true", "/linux/netDevices/oci0", Errno.EEXIST),
            (new() { ["oci9"] = net0 }, "true", "/linux/netDevices/oci9", Errno.ENODEV),
            (new() { ["lo"] = net0 }, "true", "/linux/netDevices/lo", Errno.EINVAL),
            (new() { ["oci0"] = net0, ["oci9"] = new LinuxNetDevice() }, "true", "/linux/netDevices/oci9", Errno.ENODEV),
            (new() { ["oci0"] = net0, ["oci1"] = new LinuxNetDevice() }, "no-such-program", "/process/args/0", Errno.ENOENT),
        ];

        int count = 0;
        foreach ((Dictionary<string, LinuxNetDevice> devices, string program, string pointer, Errno errno) in cases.Concat(cases))
        {
            RuntimeSpec spec = Spec(devices, program);
            spec = ++count <= cases.Length ? spec : InUserNamespace(spec);
            var e = await Assert.ThrowsAsync<ContainerException>(() => host.CreateAsync(spec));

            Assert.Equal((pointer, (int?)errno), (e.SpecPointer, e.Errno));
            Assert.Empty(e.Warnings);
            Assert.NotNull(e.Hint);
            Assert.Equal(before, await AddressesAsync());
        }

        static async Task<string> AddressesAsync() =>
            string.Join('\n', (await IpAsync("-o addr")).Split('\n').Where(l => l.Contains("scope global", StringComparison.Ordinal)).Select(l => l[(l.IndexOf(':') + 1)..])) +
            string.Join('\n', (await IpAsync("-o link")).Split('\n').Select(l => l.Contains(",UP", StringComparison.Ordinal) ? "up" : "down").Order(StringComparer.Ordinal));
    }
}
