using System.Diagnostics;
using Oci.Common.Linux;
using Oci.Runtime.Linux.Cgroups;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Cgroups;

/// <summary>Cgroups of the kernel: in the hierarchies of this machine, and in its version 2 hierarchy alone.</summary>
[Trait("Needs", "root")]
[Trait("Runs", "vm")]
public class CgroupTests
{
    public static TheoryData<string> Kinds => ["host", "v2"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Create_Add_Kill_Delete_LeaveNothing(string kind)
    {
        await using Scratch scratch = new(kind);
        scratch.Cgroup.Create();
        using Process process = Scratch.StartSleepersIn(scratch.Cgroup);

        Assert.Contains(process.Id, scratch.Cgroup.ReadProcesses());
        Assert.Contains(scratch.Name, File.ReadAllText($"/proc/{process.Id}/cgroup"));

        Task exited = process.WaitForExitAsync();
        await scratch.Cgroup.KillAsync(CancellationToken.None);
        await exited;
        Assert.Equal(128 + 9, process.ExitCode);
        await scratch.Cgroup.DeleteAsync(CancellationToken.None);
        Assert.All(scratch.Cgroup.Paths.Values, path => Assert.False(Directory.Exists(path), path));
        await scratch.Cgroup.DeleteAsync(CancellationToken.None);
    }

    [Theory]
    [Must("config-linux.md#control-groups-1")]
    [MemberData(nameof(Kinds))]
    public async Task Create_PopulatedCgroup_IsRefused(string kind)
    {
        await using Scratch scratch = new(kind);
        scratch.Cgroup.Create();
        scratch.Cgroup.Create();
        using Process process = Scratch.StartSleepersIn(scratch.Cgroup);

        ContainerException e = Assert.Throws<ContainerException>(scratch.Cgroup.Create);

        Assert.Contains("holds processes", e.Message);
        Assert.Equal("/linux/cgroupsPath", e.SpecPointer);
        Assert.Contains(process.Id, scratch.Cgroup.ReadProcesses());
    }

    [Theory]
    [Must("config-linux.md#control-groups-1")]
    [MemberData(nameof(Kinds))]
    public async Task Create_FrozenCgroup_IsRefused(string kind)
    {
        await using Scratch scratch = new(kind);
        scratch.Cgroup.Create();
        await scratch.FreezeEmptyAsync();

        Assert.Contains("frozen", Assert.Throws<ContainerException>(scratch.Cgroup.Create).Message);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task SetFrozen_Processes_StopAndGoOn(string kind)
    {
        await using Scratch scratch = new(kind);
        scratch.Cgroup.Create();
        using Process process = Scratch.StartSleepersIn(scratch.Cgroup);

        await scratch.Cgroup.SetFrozenAsync(frozen: true, CancellationToken.None);
        Assert.True(scratch.Cgroup.IsFrozen());
        await scratch.Cgroup.SetFrozenAsync(frozen: false, CancellationToken.None);
        Assert.False(scratch.Cgroup.IsFrozen());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task KillAsync_FrozenProcesses_EndThemToo(string kind)
    {
        await using Scratch scratch = new(kind);
        scratch.Cgroup.Create();
        using Process process = Scratch.StartSleepersIn(scratch.Cgroup);
        await scratch.Cgroup.SetFrozenAsync(frozen: true, CancellationToken.None);

        Task exited = process.WaitForExitAsync();
        await scratch.Cgroup.KillAsync(CancellationToken.None);

        await exited;
        Assert.Empty(scratch.Cgroup.ReadProcesses());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task KillAsync_CgroupsBelow_AreKilledAndDeletedToo(string kind)
    {
        await using Scratch scratch = new(kind);
        scratch.Cgroup.Create();
        ICgroup inner = scratch.Open("inner");
        inner.Create();
        using Process process = Scratch.StartSleepersIn(inner);

        Task exited = process.WaitForExitAsync();
        await scratch.Cgroup.KillAsync(CancellationToken.None);
        await exited;
        await scratch.Cgroup.DeleteAsync(CancellationToken.None);

        Assert.All(scratch.Cgroup.Paths.Values, path => Assert.False(Directory.Exists(path), path));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Add_NoSuchProcess_ThrowsWithErrno(string kind)
    {
        await using Scratch scratch = new(kind);
        scratch.Cgroup.Create();

        ContainerException e = Assert.Throws<ContainerException>(() => scratch.Cgroup.Add(int.MaxValue));

        Assert.Equal((int)Errno.ESRCH, e.Errno);
        Assert.EndsWith("cgroup.procs", e.Path);
    }

    [Fact]
    public async Task Apply_BasicLimits_AreTheKernels()
    {
        await using Scratch scratch = new("host");
        Assert.SkipWhen(CgroupHost.Read().Mode is CgroupMode.V2 or CgroupMode.None, "Needs the controllers in cgroup v1.");
        scratch.Cgroup.Create();

        IReadOnlyList<string> notices = scratch.Cgroup.Apply(Linux("""
            {"memory":{"limit":67108864},"pids":{"limit":20},"cpu":{"shares":512,"quota":50000,"period":100000,"cpus":"0"},
             "devices":[{"allow":false,"access":"rwm"}]}
            """));

        Assert.Empty(notices);
        Assert.Equal("67108864", scratch.Read("memory", "memory.limit_in_bytes"));
        Assert.Equal("20", scratch.Read("pids", "pids.max"));
        Assert.Equal(("512", "50000", "100000"), (scratch.Read("cpu", "cpu.shares"), scratch.Read("cpu", "cpu.cfs_quota_us"), scratch.Read("cpu", "cpu.cfs_period_us")));
        Assert.Equal("0", scratch.Read("cpuset", "cpuset.cpus"));
        Assert.Contains("c 1:3 rwm", scratch.Read("devices", "devices.list"));
        Assert.DoesNotContain("a *:*", scratch.Read("devices", "devices.list"));
    }

    [Fact]
    public async Task Apply_LimitThatTheKernelRefuses_ThrowsWithPointer()
    {
        await using Scratch scratch = new("host");
        Assert.SkipWhen(CgroupHost.Read().Mode is CgroupMode.V2 or CgroupMode.None, "Needs the controllers in cgroup v1.");
        scratch.Cgroup.Create();

        ContainerException e = Assert.Throws<ContainerException>(() => scratch.Cgroup.Apply(Linux("""{"cpu":{"cpus":"4000"}}""")));

        Assert.Equal("/linux/resources/cpu/cpus", e.SpecPointer);
        Assert.Contains("cpuset.cpus", e.Message);
    }

    [Fact]
    [Must("config-linux.md#unified-3")]
    public async Task Apply_ControllerThatIsNotThere_ThrowsWithPointer()
    {
        await using Scratch scratch = new("v2");
        scratch.Cgroup.Create();

        ContainerException e = Assert.Throws<ContainerException>(() => scratch.Cgroup.Apply(Linux("""{"unified":{"nosuch.max":"1"}}""")));

        Assert.Equal(("/linux/resources/unified/nosuch.max", (int)Errno.ENOENT), (e.SpecPointer, e.Errno!.Value));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Delete_Nested_RemovesTheParentsThatItMadeOnceTheyAreEmpty(string kind)
    {
        await using Scratch scratch = new(kind);
        ICgroup first = scratch.Open("slice/one");
        ICgroup second = scratch.Open("slice/two");
        string top = Path.GetDirectoryName(Path.GetDirectoryName(first.Paths.Values.First()))!;
        first.Create();
        second.Create();

        await first.DeleteAsync(CancellationToken.None);
        Assert.True(Directory.Exists(top));
        first = scratch.Open("slice/one");
        first.Create();
        Assert.Empty(first.MadeParents);
        await second.DeleteAsync(CancellationToken.None);
        await first.DeleteAsync(CancellationToken.None);
        Assert.True(Directory.Exists(top));

        await CgroupHost.Reopen("x", second.Paths, [.. second.Paths.Values.Distinct().Select(p => Path.GetDirectoryName(Path.GetDirectoryName(p))!), .. second.Paths.Values.Distinct().Select(p => Path.GetDirectoryName(p)!)]).DeleteAsync(CancellationToken.None);
        Assert.False(Directory.Exists(top));
    }

    // runtime-spec, config-linux.md#cgroup-ownership
    [Fact]
    [Must("config-linux.md#cgroup-ownership-1")]
    public async Task SetOwner_V2_GivesTheDirectoryAndTheFilesOfDelegate()
    {
        await using Scratch scratch = new("v2");
        scratch.Cgroup.Create();

        Assert.Null(scratch.Cgroup.SetOwner(12345));

        string[] owned = (await ToolResult.RunAsync("/usr/bin/find", [scratch.Cgroup.Paths[""], "-uid", "12345"])).EnsureSuccess().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] expected = [.. File.ReadLines("/sys/kernel/cgroup/delegate").Select(f => $"{scratch.Cgroup.Paths[""]}/{f}").Where(File.Exists), scratch.Cgroup.Paths[""]];
        Assert.Equal(expected.Order(), owned.Order());
        Assert.Empty((await ToolResult.RunAsync("/usr/bin/find", [scratch.Cgroup.Paths[""], "-gid", "12345"])).EnsureSuccess().Output);
    }

    // runtime-spec, config-linux.md#cgroup-ownership: runtimes MUST NOT change the ownership of cgroup v1.
    [Fact]
    public async Task SetOwner_V1_ChangesNothing()
    {
        await using Scratch scratch = new("host");
        Assert.SkipWhen(CgroupHost.Read().Mode is CgroupMode.V2 or CgroupMode.None, "Needs the controllers in cgroup v1.");
        scratch.Cgroup.Create();

        Assert.Null(scratch.Cgroup.SetOwner(12345));

        foreach (string path in scratch.Cgroup.Paths.Values)
        {
            Assert.Empty((await ToolResult.RunAsync("/usr/bin/find", [path, "-uid", "12345"])).EnsureSuccess().Output);
        }
    }

    // cgroup v1's own rules of this process allow all, so that what is refused is refused by the program.
    [Fact]
    public async Task Apply_DeviceRulesOnV2_AreEnforcedAndReplaced()
    {
        await using Scratch scratch = new("v2");
        scratch.Cgroup.Create();
        const string kmsg = "/dev/kmsg";
        Assert.SkipUnless(File.Exists(kmsg), "Needs /dev/kmsg.");

        Assert.Empty(scratch.Cgroup.Apply(Linux("""{"devices":[{"allow":false}]}""")));
        Assert.Equal("null:rw zero:r kmsg:", await TryDevicesAsync(scratch.Cgroup));
        Assert.Empty(await scratch.Cgroup.UpdateAsync(Linux("""{"devices":[{"allow":true,"type":"c","major":1,"minor":11,"access":"r"}]}""").Resources!, new LinuxSpec(), default));
        Assert.Equal("null:rw zero:r kmsg:r", await TryDevicesAsync(scratch.Cgroup));
        Assert.Empty(await scratch.Cgroup.UpdateAsync(Linux("""{"devices":[{"allow":false,"type":"c","major":1}]}""").Resources!, new LinuxSpec(), default));
        Assert.Equal("null:rw zero:r kmsg:", await TryDevicesAsync(scratch.Cgroup));
    }

    private static async Task<string> TryDevicesAsync(ICgroup cgroup)
    {
        const string script = """
            read go
            null=; zero=; kmsg=
            (: </dev/null) 2>/dev/null && null=r
            (: >/dev/null) 2>/dev/null && null=${null}w
            (: </dev/zero) 2>/dev/null && zero=r
            (: </dev/kmsg) 2>/dev/null && kmsg=r
            echo "null:$null zero:$zero kmsg:$kmsg"
            """;
        using Process process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", script.Replace("2>/dev/null", "")]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        cgroup.Add(process.Id);
        process.StandardInput.WriteLine("go");
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output.Trim();
    }

    [Fact]
    public void Create_DirectoryThatCannotBeMade_LeavesNothing()
    {
        Requires.Linux();
        using var temp = new TempDirectory();
        File.WriteAllText(temp.Combine("file"), "");
        ICgroup cgroup = CgroupHost.Reopen("id", new Dictionary<string, string>
        {
            ["a"] = temp.Combine("one", "web"),
            ["b"] = temp.Combine("file", "web"),
        });

        ContainerException e = Assert.Throws<ContainerException>(cgroup.Create);

        Assert.Equal((int)Errno.ENOTDIR, e.Errno);
        Assert.Equal([temp.Combine("file")], Directory.GetFileSystemEntries(temp.Path));
    }

    private static LinuxSpec Linux(string resources) =>
        Spec.SpecExamples.Parse($$$"""{"ociVersion":"1.3.0","linux":{"resources":{{{resources}}}} }""").Linux!;

    /// <summary>A cgroup of a test's own; what the test leaves in it is killed and removed.</summary>
    private sealed class Scratch : IAsyncDisposable
    {
        private readonly string _kind;

        public Scratch(string kind)
        {
            Requires.Root();
            _kind = kind;
            Cgroup = Open();
            Assert.SkipUnless(CgroupHost.Read().CheckAvailable(Name, $"/{Name}").IsAvailable, "Needs cgroups that can be written.");
        }

        public string Name { get; } = $"oci-test-{Guid.NewGuid():N}";

        public ICgroup Cgroup { get; }

        // The shell forks once it is in the cgroup, so that nothing of it is left outside.
        public static Process StartSleepersIn(ICgroup cgroup)
        {
            Process process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "read go; sleep 600 & sleep 600 & echo forked; wait"])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            })!;
            try
            {
                cgroup.Add(process.Id);
                process.StandardInput.WriteLine("go");
                Assert.Equal("forked", process.StandardOutput.ReadLine());
                Assert.True(cgroup.ReadProcesses().Count >= 3);
                return process;
            }
            catch
            {
                process.Kill(entireProcessTree: true);
                throw;
            }
        }

        public ICgroup Open(string? below = null)
        {
            string path = below is null ? $"/{Name}" : $"/{Name}/{below}";
            CgroupHost host = CgroupHost.Read();
            if (_kind == "host")
            {
                return host.Open(Name, path);
            }
            CgroupHierarchy? unified = host.Hierarchies.FirstOrDefault(h => h.IsUnified);
            Assert.SkipWhen(unified is null, "Needs cgroup v2, if only beside v1.");
            return CgroupHost.Reopen(Name, new Dictionary<string, string> { [""] = unified!.MountPoint + path });
        }

        public string Read(string controller, string file) => File.ReadAllText($"{Cgroup.Paths[controller]}/{file}").TrimEnd('\n');

        public async Task FreezeEmptyAsync()
        {
            string? freezer = Cgroup.Paths.GetValueOrDefault("freezer");
            await File.WriteAllTextAsync(freezer is null ? $"{Cgroup.Paths[""]}/cgroup.freeze" : $"{freezer}/freezer.state", freezer is null ? "1" : "FROZEN");
        }

        public async ValueTask DisposeAsync()
        {
            await Cgroup.KillAsync(CancellationToken.None);
            await Cgroup.DeleteAsync(CancellationToken.None);
        }
    }
}
