using Oci.Runtime.Linux.Bundles;
using Oci.Runtime.Linux.Cgroups;
using Oci.Runtime.Linux.Preflight;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Preflight;

/// <summary>Hosts are made up: folders in the place of /proc and /sys.</summary>
public sealed class HostCheckerTests : IDisposable
{
    private const string Mounts = "30 20 0:26 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n";

    private readonly TempDirectory _folder = new();

    public HostCheckerTests()
    {
        Requires.Linux();
        Directory.CreateDirectory(_folder.Combine("bundle", "rootfs"));
        Write("sys/kernel/osrelease", "6.1.0-13-amd64\n");
        Write("filesystems", "nodev\tproc\nnodev\ttmpfs\nnodev\tdevpts\nnodev\tmqueue\nnodev\tsysfs\n");
        Directory.CreateDirectory(_folder.Combine("proc", "sys", "kernel", "seccomp"));
        foreach (string kind in (string[])["user", "mnt", "pid", "net", "ipc", "uts", "cgroup", "time"])
        {
            Write($"self/ns/{kind}", "");
            Write($"sys/user/max_{kind}_namespaces", "1000\n");
        }
    }

    [Fact]
    public void Check_HostWithAll_FindsNoError() =>
        Assert.DoesNotContain(Check(DefaultSpec.Create()), f => f.Severity == HostFindingSeverity.Error);

    [Fact]
    public void Check_KernelTooOld_SaysWhichIsNeeded()
    {
        Write("sys/kernel/osrelease", "5.4.0\n");

        Assert.Contains("5.12", Assert.Single(Check(DefaultSpec.Create()), f => f.Message.Contains("5.4", StringComparison.Ordinal)).Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_NamespaceMissingOrUsedUp_NamesIt()
    {
        File.Delete(_folder.Combine("proc", "self", "ns", "ipc"));
        Write("sys/user/max_net_namespaces", "0\n");

        HostFinding[] errors = Errors(DefaultSpec.Create());

        Assert.All(errors, e => Assert.StartsWith("/linux/namespaces/", e.SpecPointer, StringComparison.Ordinal));
        Assert.Contains(errors, e => e.Message.Contains("ipc", StringComparison.Ordinal));
        Assert.Contains(errors, e => e.Hint!.Contains("max_net_namespaces", StringComparison.Ordinal));
        Assert.Equal(2, errors.Length);
    }

    [Fact]
    public void Check_OrdinaryUserWithoutUserNamespace_IsAnError()
    {
        HostFinding error = Assert.Single(Errors(DefaultSpec.Create(), isPrivileged: false));

        Assert.Equal("/linux/namespaces", error.SpecPointer);
    }

    [Fact]
    public void Check_UserNamespacesSwitchedOff_NamesTheSwitch()
    {
        Write("sys/kernel/unprivileged_userns_clone", "0\n");
        RuntimeSpec spec = DefaultSpec.Create();
        spec = spec with { Linux = spec.Linux! with { Namespaces = [.. spec.Linux.Namespaces!, new LinuxNamespace { Type = "user" }], UidMappings = [new() { ContainerId = 0, HostId = 1000, Size = 1 }], GidMappings = [new() { ContainerId = 0, HostId = 1000, Size = 1 }] } };

        Assert.Contains(Errors(spec, isPrivileged: false), e => e.Hint!.Contains("unprivileged_userns_clone", StringComparison.Ordinal));
        Assert.DoesNotContain(Errors(spec), e => e.Hint!.Contains("unprivileged_userns_clone", StringComparison.Ordinal));
    }

    [Fact]
    public void Check_NamespacePathMissing_PointsToIt()
    {
        RuntimeSpec spec = DefaultSpec.Create() with { Hostname = null };
        spec = spec with { Linux = spec.Linux! with { Namespaces = [new() { Type = "mount" }, new() { Type = "network", Path = "/proc/none/ns/net" }] } };

        Assert.Equal("/linux/namespaces/1/path", Assert.Single(Errors(spec)).SpecPointer);
    }

    [Fact]
    public void Check_ControllerNotMounted_NamesEachLimit()
    {
        RuntimeSpec spec = WithResources(new LinuxResources { Pids = new LinuxPids { Limit = 5 }, Cpu = new LinuxCpu { Shares = 5 }, Memory = new LinuxMemory { Limit = 1 << 30 } });

        Assert.Equal(["/linux/resources/cpu/shares", "/linux/resources/pids/limit"], Errors(spec).Select(e => e.SpecPointer!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Check_NoCgroupMounted_IsAWarning()
    {
        HostFinding finding = Assert.Single(Check(DefaultSpec.Create(), cgroups: CgroupHost.Parse("", "")), f => f.Message.Contains("no cgroup", StringComparison.Ordinal));

        Assert.Equal(HostFindingSeverity.Warning, finding.Severity);
    }

    [Fact]
    public void Check_RootAndSourceAndHookMissing_AreAllTold()
    {
        RuntimeSpec spec = DefaultSpec.Create() with
        {
            Root = new RootSpec { Path = "nowhere" },
            Mounts = [new MountSpec { Destination = "/a", Source = "/nowhere/a", Options = ["bind"] }, new MountSpec { Destination = "/b", Type = "strangefs" }],
            Hooks = new HooksSpec { CreateRuntime = [new HookSpec { Path = "/nowhere/hook" }] },
        };

        IReadOnlyList<HostFinding> findings = Check(spec);

        Assert.Superset(
            new HashSet<string?> { "/root/path", "/mounts/0/source", "/mounts/1/type", "/hooks/createRuntime/0/path" },
            findings.Select(f => f.SpecPointer).ToHashSet());
    }

    [Fact]
    public void Check_SecurityModulesAndSeccompMissing_AreErrors()
    {
        Directory.Delete(_folder.Combine("proc", "sys", "kernel", "seccomp"));
        RuntimeSpec spec = DefaultSpec.Create();
        spec = spec with
        {
            Process = spec.Process! with { ApparmorProfile = "web", SelinuxLabel = "u:r:t:s0" },
            Linux = spec.Linux! with { Seccomp = new LinuxSeccomp { DefaultAction = "SCMP_ACT_ALLOW" }, MountLabel = "u:r:t:s0" },
        };

        Assert.Superset(
            new HashSet<string?> { "/process/apparmorProfile", "/process/selinuxLabel", "/linux/seccomp", "/linux/mountLabel" },
            Errors(spec).Select(f => f.SpecPointer).ToHashSet());
    }

    [Fact]
    public void Check_TerminalWithoutDevpts_IsAnError()
    {
        RuntimeSpec spec = DefaultSpec.Create();

        Assert.Contains("devpts", Assert.Single(Errors(spec with { Process = spec.Process! with { Terminal = true }, Mounts = [] }), e => e.SpecPointer is "/process/terminal").Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_InvalidConfiguration_IsToldAlone()
    {
        RuntimeSpec spec = DefaultSpec.Create() with { Root = new RootSpec { Path = "nowhere" } };

        HostFinding error = Assert.Single(Errors(spec with { Process = spec.Process! with { Cwd = "relative" } }));

        Assert.Equal("/process/cwd", error.SpecPointer);
    }

    [Theory]
    [InlineData("6.18.0-rc1", 6, 18)]
    [InlineData("5.4", 5, 4)]
    [InlineData("5.15.133.1-microsoft-standard-WSL2", 5, 15)]
    [InlineData("odd", 0, 0)]
    [InlineData(null, 0, 0)]
    public void ParseVersion_Release_TakesItsFirstTwoNumbers(string? release, int major, int minor) =>
        Assert.Equal(new Version(major, minor), HostProbe.ParseVersion(release));

    [Fact]
    public async Task CheckHost_RootMissing_SaysSoAndChangesNothing()
    {
        var runtime = new ContainerRuntime(new ContainerRuntimeOptions { Root = _folder.Combine("state") });
        Bundle bundle = await BundleAsync(DefaultSpec.Create() with { Root = new RootSpec { Path = "nowhere" } });

        Assert.Contains(runtime.CheckHost("web", bundle), f => f is { SpecPointer: "/root/path", Severity: HostFindingSeverity.Error });
        Assert.False(Directory.Exists(_folder.Combine("state")));
    }

    public void Dispose() => _folder.Dispose();

    private static RuntimeSpec WithResources(LinuxResources resources)
    {
        RuntimeSpec spec = DefaultSpec.Create();
        return spec with { Linux = spec.Linux! with { Resources = resources } };
    }

    private async Task<Bundle> BundleAsync(RuntimeSpec spec)
    {
        Bundle bundle = await Bundle.CreateAsync(_folder.Combine("bundle"), spec);
        if (spec.Root!.Path is "nowhere")
        {
            Directory.Delete(bundle.RootPath);
        }
        return bundle;
    }

    private HostFinding[] Errors(RuntimeSpec spec, bool isPrivileged = true) => [.. Check(spec, isPrivileged).Where(f => f.Severity == HostFindingSeverity.Error)];

    private IReadOnlyList<HostFinding> Check(RuntimeSpec spec, bool isPrivileged = true, CgroupHost? cgroups = null)
    {
        // Where the memory controller "is", everybody can write.
        string mounts = Mounts.Replace("/sys/fs/cgroup/memory", _folder.Combine("cgroup"), StringComparison.Ordinal);
        Directory.CreateDirectory(_folder.Combine("cgroup"));
        Bundle bundle = BundleAsync(spec).GetAwaiter().GetResult();
        return HostChecker.Check("web", bundle, new HostProbe(_folder.Combine("proc"), _folder.Combine("sys")) { IsPrivileged = isPrivileged }, cgroups ?? CgroupHost.Parse(mounts, "5:memory:/\n"));
    }

    private void Write(string name, string text)
    {
        string path = _folder.Combine("proc", name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
