using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Lifecycle;

/// <summary>What a program sees of its container.</summary>
[Collection(ContainerCollection.Name)]
public sealed class ContainerEnvironmentTests
{
    [Fact]
    public async Task Run_Default_IsFirstProcessWithItsHostnameAndRoot()
    {
        await using var host = new ContainerHost();
        RuntimeSpec spec = ContainerHost.Spec("sh", "-c", "echo $$; hostname; pwd; ls /; umask; cat /proc/1/comm; true") with { Hostname = "inside" };

        ContainerRun run = (await host.RunAsync(spec)).EnsureSuccess();

        // A bind of the outer /proc, where the kernel allows no other, shows the outer first process.
        string first = run.Warnings.Any(w => w.Contains("/proc is a bind", StringComparison.Ordinal)) ? File.ReadAllText("/proc/1/comm") : "sh\n";
        Assert.Equal("1\ninside\n/\nbin\ndev\netc\nproc\nsys\ntmp\n0022\n" + first, run.Output);
    }

    [Theory]
    [Must("config-linux.md#namespaces-4")]
    [InlineData("pid")]
    [InlineData("net")]
    [InlineData("ipc")]
    [InlineData("uts")]
    [InlineData("mnt")]
    [InlineData("cgroup")]
    [InlineData("time")]
    public async Task Run_AllNamespaces_AreItsOwn(string name)
    {
        await using var host = new ContainerHost();
        string outside = new FileInfo($"/proc/self/ns/{name}").LinkTarget!;
        RuntimeSpec spec = ContainerHost.Spec("readlink", $"/proc/self/ns/{name}");
        LinuxNamespace[] all = [.. spec.Linux!.Namespaces!, new() { Type = LinuxNamespaceTypes.Cgroup }, new() { Type = LinuxNamespaceTypes.Time }];

        ContainerRun run = (await host.RunAsync(spec with { Linux = spec.Linux with { Namespaces = [.. all.DistinctBy(n => n.Type)] } })).EnsureSuccess();

        Assert.StartsWith($"{name}:[", run.Output, StringComparison.Ordinal);
        Assert.NotEqual(outside, run.Output.Trim());
    }

    [Fact]
    [Must("config-linux.md#default-devices-1", "runtime-linux.md#dev-symbolic-links-1")]
    public async Task Run_Default_HasDevicesAndLinks()
    {
        await using var host = new ContainerHost();

        ContainerRun run = (await host.RunAsync(
            "sh", "-c", "for d in null zero full random urandom tty; do stat -c '%n %F %t:%T %a' /dev/$d; done; for l in fd stdin stdout stderr ptmx; do readlink /dev/$l; done; echo x >/dev/null; head -c 3 /dev/zero | wc -c; ls -d /dev/shm /dev/pts /dev/mqueue; test -c /dev/pts/ptmx")).EnsureSuccess();

        Assert.Equal(
            """
            /dev/null character special file 1:3 666
            /dev/zero character special file 1:5 666
            /dev/full character special file 1:7 666
            /dev/random character special file 1:8 666
            /dev/urandom character special file 1:9 666
            /dev/tty character special file 5:0 666
            /proc/self/fd
            /proc/self/fd/0
            /proc/self/fd/1
            /proc/self/fd/2
            pts/ptmx
            3
            /dev/mqueue
            /dev/pts
            /dev/shm

            """,
            run.Output);
    }

    [Fact]
    public async Task Run_Default_MasksAndProtectsPaths()
    {
        await using var host = new ContainerHost();

        ContainerRun run = await host.RunAsync(
            "sh", "-c", "wc -c </proc/keys; ls /sys/firmware | wc -l; grep -c ' /proc/keys ' /proc/self/mountinfo; echo 1 >/proc/sys/kernel/panic || echo refused; touch /sys/firmware/x || echo refused");

        Assert.Equal("0\n0\n1\nrefused\nrefused\n", run.Output);
    }

    [Theory]
    [Must("config.md#root-2")]
    [InlineData(true, "refused\n")]
    [InlineData(false, "written\n")]
    public async Task Run_ReadonlyRoot_RefusesWrites(bool isReadonly, string expected)
    {
        await using var host = new ContainerHost();
        RuntimeSpec spec = ContainerHost.Spec("sh", "-c", "touch /tmp/x 2>/dev/null && echo written || echo refused");

        ContainerRun run = await host.RunAsync(spec with { Root = spec.Root! with { Readonly = isReadonly } });

        Assert.Equal(expected, run.Output);
        Assert.Equal(!isReadonly, File.Exists(Path.Combine(host.RootPath, "tmp", "x")));
    }

    [Fact]
    [Must("config.md#posix-process-2", "config.md#posix-process-3", "config.md#posix-process-4")]
    public async Task Run_Process_HasWhatItAsksFor()
    {
        await using var host = new ContainerHost();
        RuntimeSpec spec = ContainerHost.Spec("sh", "-c", "pwd; env | grep A=; umask; ulimit -n; ulimit -Hn; grep -E 'CapEff|CapBnd|CapInh|CapAmb|NoNewPrivs' /proc/self/status; cat /proc/self/oom_score_adj");
        spec = spec with
        {
            Process = spec.Process! with
            {
                Cwd = "/made/for/it",
                Env = ["PATH=/bin", "A=b"],
                User = new UserSpec { Umask = 0x3F },
                Rlimits = [new PosixRlimit { Type = "RLIMIT_NOFILE", Soft = 100, Hard = 200 }],
                Capabilities = new LinuxCapabilities { Bounding = ["CAP_KILL", "CAP_CHOWN"], Permitted = ["CAP_KILL"], Effective = ["CAP_KILL"], Inheritable = ["CAP_KILL"], Ambient = ["CAP_KILL"] },
                OomScoreAdj = 100,
            },
        };

        ContainerRun run = (await host.RunAsync(spec)).EnsureSuccess();

        Assert.Equal(
            "/made/for/it\nA=b\n0077\n100\n200\nCapInh:\t0000000000000020\nCapEff:\t0000000000000020\nCapBnd:\t0000000000000021\nCapAmb:\t0000000000000020\nNoNewPrivs:\t1\n100\n",
            run.Output);
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task Run_User_HasItsIdsAndNoCapabilities()
    {
        Requires.Root();
        await using var host = new ContainerHost();
        RuntimeSpec spec = ContainerHost.Spec("sh", "-c", "id; grep CapEff /proc/self/status");
        spec = spec with { Process = spec.Process! with { User = new UserSpec { Uid = 1000, Gid = 1001, AdditionalGids = [7, 8] } } };

        ContainerRun run = (await host.RunAsync(spec)).EnsureSuccess();

        Assert.Equal("uid=1000 gid=1001 groups=7,8\nCapEff:\t0000000000000000\n", run.Output);
    }

    [Fact]
    [Must("config-linux.md#namespaces-2")]
    public async Task Run_JoinedNamespaces_AreTheOthers()
    {
        await using var host = new ContainerHost();
        await using Container other = await host.CreateAsync(ContainerHost.Spec("cat"));
        // A created container hides from all but root; a running one shows its namespaces to its user.
        await other.StartAsync();
        RuntimeSpec spec = ContainerHost.Spec("sh", "-c", "for n in net ipc uts pid; do readlink /proc/self/ns/$n; done");
        string[] joined = Environment.IsPrivilegedProcess ? ["network", "ipc", "uts", "pid"] : ["user", "network", "ipc", "uts", "pid"];
        spec = spec with
        {
            Hostname = null,
            Linux = spec.Linux! with
            {
                UidMappings = null,
                GidMappings = null,
                Namespaces = [.. spec.Linux.Namespaces!.Select(n => joined.Contains(n.Type)
                    ? n with { Path = $"/proc/{other.Pid}/ns/{(n.Type is "network" ? "net" : n.Type)}" }
                    : n)],
            },
        };
        string[] expected = [.. new[] { "net", "ipc", "uts", "pid" }.Select(n => new FileInfo($"/proc/{other.Pid}/ns/{n}").LinkTarget!)];

        ContainerRun run = (await host.RunAsync(spec)).EnsureSuccess();

        Assert.Equal(expected, run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        await other.DeleteAsync(force: true);
    }

    [Fact]
    public async Task Run_Bind_ShowsTheSourceWithItsOptions()
    {
        await using var host = new ContainerHost();
        Directory.CreateDirectory(host.Combine("data", "sub"));
        File.WriteAllText(host.Combine("data", "sub", "file"), "content");
        RuntimeSpec spec = ContainerHost.Spec("sh", "-c", "cat /in/side/sub/file /one; touch /in/side/x || echo refused; touch /one && echo touched");
        spec = spec with
        {
            Mounts =
            [
                .. spec.Mounts!,
                new MountSpec { Destination = "/in/side", Type = "bind", Source = host.Combine("data"), Options = ["rbind", "ro"] },
                new MountSpec { Destination = "/one", Source = host.Combine("data", "sub", "file"), Options = ["bind"] },
            ],
        };

        ContainerRun run = await host.RunAsync(spec);

        Assert.Equal("contentcontentrefused\ntouched\n", run.Output);
        Assert.True(Directory.Exists(Path.Combine(host.RootPath, "in", "side")));
        Assert.True(File.Exists(Path.Combine(host.RootPath, "one")));
    }

    [Fact]
    public async Task Run_NewNetworkNamespace_HasItsLoopbackUp()
    {
        await using var host = new ContainerHost();

        ContainerRun run = (await host.RunAsync("ip", "addr", "show", "lo")).EnsureSuccess();

        Assert.Contains("127.0.0.1", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Default_InheritsOnlyStandardDescriptors()
    {
        await using var host = new ContainerHost();

        // 3 is of ls itself, which reads the directory.
        ContainerRun run = (await host.RunAsync("ls", "/proc/self/fd")).EnsureSuccess();

        Assert.Equal("0\n1\n2\n3\n", run.Output);
    }

    [Fact]
    public async Task Run_Default_HasNoSignalIgnoredOrBlocked()
    {
        await using var host = new ContainerHost();

        // sh would set some of its own.
        ContainerRun run = (await host.RunAsync("grep", "-E", "SigBlk|SigIgn", "/proc/self/status")).EnsureSuccess();

        Assert.Equal("SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n", run.Output);
    }

    [Fact]
    public async Task Run_SysctlAndTimeNamespace_AreSet()
    {
        await using var host = new ContainerHost();
        RuntimeSpec spec = ContainerHost.Spec("sh", "-c", "cat /proc/sys/net/ipv4/ip_forward; cut() { read a b; echo ${a%.*}; }; cut </proc/uptime");
        spec = spec with
        {
            Linux = spec.Linux! with
            {
                Sysctl = new Dictionary<string, string> { ["net.ipv4.ip_forward"] = "1" },
                Namespaces = [.. spec.Linux.Namespaces!, new LinuxNamespace { Type = LinuxNamespaceTypes.Time }],
                TimeOffsets = new Dictionary<string, LinuxTimeOffset> { ["boottime"] = new() { Secs = 1_000_000 } },
            },
        };

        string[] lines = (await host.RunAsync(spec)).EnsureSuccess().Output.Split('\n');

        Assert.Equal("1", lines[0]);
        Assert.InRange(long.Parse(lines[1]), 1_000_000, long.MaxValue);
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task Run_UserNamespaceAsRoot_MapsIds()
    {
        Requires.Root();
        await using var host = new ContainerHost();
        RuntimeSpec spec = ContainerHost.Spec("sh", "-c", "id -u; cat /proc/self/uid_map; stat -c %u /proc/1; echo x >/dev/null");
        File.SetUnixFileMode(host.Combine(), (UnixFileMode)0x1ED);
        spec = spec with
        {
            Linux = spec.Linux! with
            {
                Namespaces = [.. spec.Linux.Namespaces!, new LinuxNamespace { Type = LinuxNamespaceTypes.User }],
                UidMappings = [new LinuxIdMapping { ContainerId = 0, HostId = 100000, Size = 65536 }],
                GidMappings = [new LinuxIdMapping { ContainerId = 0, HostId = 100000, Size = 65536 }],
            },
        };

        ContainerRun run = (await host.RunAsync(spec)).EnsureSuccess();

        Assert.Equal(["0", "0 100000 65536", "0"], run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => string.Join(' ', l.Split(' ', StringSplitOptions.RemoveEmptyEntries))));
    }
}
