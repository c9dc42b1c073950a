using Oci.Common.Linux;
using Oci.Runtime.Linux.Processes;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Lifecycle;

/// <summary>A container that waits for what enters it.</summary>
[Collection(ContainerCollection.Name)]
public sealed class HostileContainerExecTests
{
    /// <summary>Directories whose lookup takes long, by links to links: while they are searched, what searches can be watched.</summary>
    private static string SlowSearchPath(string rootfs)
    {
        Directory.CreateDirectory(Path.Combine(rootfs, "slow"));
        string last = "/slow";
        for (int i = 0; i < 36; i++)
        {
            File.CreateSymbolicLink(Path.Combine(rootfs, "slow", $"l{i}"), last + string.Concat(Enumerable.Repeat("/../slow", 450)));
            last = $"/slow/l{i}";
        }
        return string.Join(':', Enumerable.Range(0, 250).Select(i => $"{last}/{i}")) + ":/bin";
    }

    [Fact]
    public async Task ExecAsync_WatchedWhileItEnters_CannotBeOpened()
    {
        const string watch = """
            echo watching
            while :; do
              for p in /proc/[0-9]*; do
                name=; read name <$p/cmdline
                case $name in oci-init*)
                  got=
                  for f in 0 1 2 4; do readlink $p/fd/$f >/dev/null && got=descriptors; done
                  readlink $p/exe >/dev/null && got=exe
                  ls $p/root/ >/dev/null && got=root
                  head -c 1 $p/environ >/dev/null && got=environment
                  head -c 1 $p/mem >/dev/null && got=memory
                  name=; read name <$p/cmdline
                  # What was got after it has become its program was got of the program.
                  case $name in oci-init*) echo seen $got;; esac;;
                esac
              done
            done 2>/dev/null
            """;
        var containers = new ContainerHost();
        string path = SlowSearchPath(containers.RootPath);
        await using ExecHost host = await ExecHost.StartAsync(containers, ContainerHost.Spec("sh", "-c", watch));
        var output = new StreamReader(host.Container.StandardOutput!);
        Assert.Equal("watching", await output.ReadLineAsync());

        (await host.RunAsync(new ExecOptions { Args = ["true"], Env = ["PATH=" + path] })).EnsureSuccess();
        await host.Container.KillAsync(9);

        string[] seen = (await output.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains("seen", seen);
        Assert.All(seen, line => Assert.Equal("seen", line));
    }

    [Fact]
    public async Task ExecAsync_SearchPathOfFifosAndLinksToOurselves_FailsAndDoesNotHang()
    {
        var containers = new ContainerHost();
        string folder = Path.Combine(containers.RootPath, "trap");
        Directory.CreateDirectory(folder);
        Libc.Mknodat(Libc.AT_FDCWD, System.Text.Encoding.UTF8.GetBytes(Path.Combine(folder, "fifo") + "\0"), Libc.S_IFIFO | 0x1FF, 0).ThrowIfFailed("mknodat");
        File.SetUnixFileMode(Path.Combine(folder, "fifo"), (UnixFileMode)0x1FF);
        File.CreateSymbolicLink(Path.Combine(folder, "loop"), "loop");
        File.CreateSymbolicLink(Path.Combine(folder, "self"), "/proc/self/exe");
        await using ExecHost host = await ExecHost.StartAsync(containers);

        Assert.Contains("executable file not found in $PATH", (await FailAsync("fifo")).Message, StringComparison.Ordinal);
        Assert.Contains("executable file not found in $PATH", (await FailAsync("loop")).Message, StringComparison.Ordinal);
        // It is the sealed init, which ends for want of a program.
        ContainerRun self = await host.RunAsync(new ExecOptions { Args = ["self"], Env = ["PATH=/trap"] });
        Assert.Equal((ExitStatus.FromCode(255), "", ""), (self.Status, self.Output, self.Error));

        Task<ContainerException> FailAsync(string program) =>
            Assert.ThrowsAsync<ContainerException>(() => host.Container.ExecAsync(new() { Args = [program], Env = ["PATH=/trap:/trap/fifo:/trap/loop"], Stdio = ContainerStdio.Null }));
    }

    [Fact]
    public async Task ExecAsync_WorkingDirectoryIsALinkOutOfTheRoot_StaysInside()
    {
        var containers = new ContainerHost();
        File.CreateSymbolicLink(Path.Combine(containers.RootPath, "up"), "../../../../../../..");
        File.CreateSymbolicLink(Path.Combine(containers.RootPath, "first"), "/proc/1/root/../..");
        await using ExecHost host = await ExecHost.StartAsync(containers);

        foreach (string cwd in new[] { "/up", "/first", "/proc/1/cwd" })
        {
            ContainerRun run = (await host.RunAsync(new ExecOptions { Args = ["sh", "-c", "pwd; ls -d bin/busybox"], Cwd = cwd })).EnsureSuccess();
            Assert.Equal("/\nbin/busybox\n", run.Output);
        }
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task ExecAsync_ProcfsIsCoveredOrGone_RunsAllTheSame()
    {
        Requires.Root();
        RuntimeSpec spec = ContainerHost.Spec("sh", "-c", "mount -t tmpfs none /proc && mkdir -p /proc/self/fd && echo covered && cat");
        spec = spec with
        {
            Process = spec.Process! with
            {
                OomScoreAdj = 77,
                Capabilities = new LinuxCapabilities { Bounding = ["CAP_SYS_ADMIN"], Permitted = ["CAP_SYS_ADMIN"], Effective = ["CAP_SYS_ADMIN"] },
            },
        };
        await using ExecHost host = await ExecHost.StartAsync(spec);
        Assert.Equal("covered", await new StreamReader(host.Container.StandardOutput!).ReadLineAsync());

        Assert.Equal("/proc/self\n", (await host.RunAsync("sh", "-c", "ls -d /proc/*")).EnsureSuccess().Output);
        await using ContainerProcess process = await host.Container.ExecAsync(new() { Args = ["sleep", "1000"], Stdio = ContainerStdio.Null, KillOnDispose = true });
        Assert.Equal("77\n", await File.ReadAllTextAsync($"/proc/{process.Pid}/oom_score_adj"));
    }

    [Fact]
    public async Task ExecAsync_UserDatabaseIsNoFile_WarnsAndRuns()
    {
        var containers = new ContainerHost();
        await using ExecHost host = await ExecHost.StartAsync(containers);
        Libc.Mknodat(Libc.AT_FDCWD, System.Text.Encoding.UTF8.GetBytes(Path.Combine(containers.RootPath, "etc", "passwd") + "\0"), Libc.S_IFIFO | 0x1B6, 0).ThrowIfFailed("mknodat");

        ContainerRun run = (await host.RunAsync("sh", "-c", "echo $HOME")).EnsureSuccess();

        Assert.Equal("/\n", run.Output);
        Assert.Contains("/etc/passwd", Assert.Single(run.Warnings), StringComparison.Ordinal);
    }
}
