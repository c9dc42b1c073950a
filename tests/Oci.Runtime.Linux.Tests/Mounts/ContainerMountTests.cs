using Oci.Runtime.Linux.Planning;
using Oci.Runtime.Linux.Spec;
using Oci.Runtime.Linux.Tests.Lifecycle;

namespace Oci.Runtime.Linux.Tests.Mounts;

/// <summary>Mounts as the container's own mountinfo shows them.</summary>
[Collection(ContainerCollection.Name)]
public sealed class ContainerMountTests
{
    private static RuntimeSpec WithMounts(string script, params MountSpec[] mounts)
    {
        RuntimeSpec spec = ContainerHost.Spec("sh", "-c", script);
        return spec with { Mounts = [.. spec.Mounts!, .. mounts] };
    }

    private static MountSpec Tmpfs(string at, params string[] options) => new() { Destination = at, Type = "tmpfs", Source = "tmpfs", Options = options };

    /// <summary>The options and the optional fields of a mount (proc_pid_mountinfo(5), 6 and 7), and the filesystem's own.</summary>
    private static string Show(string at) => $"grep ' {at} ' /proc/self/mountinfo | busybox cut -d' ' -f6-";

    [Fact]
    public async Task Run_Remount_ChangesWhatIsNamed()
    {
        await using var host = new ContainerHost();

        ContainerRun run = (await host.RunAsync(WithMounts(
            Show("/data"),
            Tmpfs("/data", "size=64k", "nosuid"),
            new MountSpec { Destination = "/data", Type = "tmpfs", Source = "tmpfs", Options = ["remount", "ro", "noexec", "size=128k"] }))).EnsureSuccess();

        Assert.StartsWith("ro,nosuid,noexec", run.Output, StringComparison.Ordinal);
        Assert.Contains("size=128k", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_BindRemount_LeavesTheSourceAsItIs()
    {
        await using var host = new ContainerHost();
        Directory.CreateDirectory(host.Combine("source"));

        ContainerRun run = (await host.RunAsync(WithMounts(
            "touch /data/x 2>/dev/null || echo refused",
            new MountSpec { Destination = "/data", Source = host.Combine("source"), Options = ["bind"] },
            new MountSpec { Destination = "/data", Source = host.Combine("source"), Options = ["bind", "remount", "ro"] }))).EnsureSuccess();

        Assert.Equal("refused\n", run.Output);
        File.WriteAllText(host.Combine("source", "x"), "");
    }

    [Theory]
    [InlineData("rro", "rro", "ro")]
    [InlineData("rnosuid,rnodev,rnoexec", "rnosuid", "nosuid,nodev,noexec")]
    [InlineData("rnoatime", "rnoatime", "noatime")]
    public async Task Run_RecursiveOptions_ReachTheMountsBelow(string options, string name, string expected)
    {
        await using var host = new ContainerHost();
        // /outer of the container holds a mount; it is bound once more, with all below.
        Assert.StartsWith("r", name, StringComparison.Ordinal);

        ContainerRun run = (await host.RunAsync(WithMounts(
            Show("/data") + ";" + Show("/data/inner"),
            Tmpfs("/data"),
            Tmpfs("/data/inner"),
            new MountSpec { Destination = "/data", Type = "tmpfs", Source = "tmpfs", Options = ["remount", .. options.Split(',')] }))).EnsureSuccess();

        string[] lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.All(lines, line => Assert.All(expected.Split(','), option => Assert.Contains(option, line.Split(' ')[0].Split(','))));
    }

    [Theory]
    [InlineData("shared", "shared:")]
    [InlineData("private", "-")]
    [InlineData("unbindable", "unbindable")]
    public async Task Run_PropagationOption_IsThatOfTheMount(string option, string expected)
    {
        await using var host = new ContainerHost();

        ContainerRun run = (await host.RunAsync(WithMounts(Show("/data"), Tmpfs("/data", option)))).EnsureSuccess();

        Assert.StartsWith(expected, run.Output.Split(' ')[1], StringComparison.Ordinal);
    }

    /// <summary>runtime-spec, config-linux.md#rootfs-mount-propagation.</summary>
    [Theory]
    [InlineData("shared", "shared:")]
    [InlineData("rshared", "shared:")]
    [InlineData("private", "-")]
    [InlineData("rprivate", "-")]
    [InlineData("unbindable", "unbindable")]
    public async Task Run_RootPropagation_IsThatOfTheRoot(string propagation, string expected)
    {
        await using var host = new ContainerHost();
        RuntimeSpec spec = ContainerHost.Spec("sh", "-c", Show("/"));

        ContainerRun run = (await host.RunAsync(spec with { Linux = spec.Linux! with { RootfsPropagation = propagation } })).EnsureSuccess();

        Assert.StartsWith(expected, run.Output.Split(' ')[1], StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Needs", "root")]
    [InlineData("rshared", true, true)]
    [InlineData("rslave", false, true)]
    [InlineData("rprivate", false, false)]
    public async Task Run_RootPropagation_LetsMountsOfABindGoWhereItSays(string propagation, bool goesOut, bool comesIn)
    {
        Requires.Root();
        await using var host = new ContainerHost();
        using MountedTmpfs shared = await MountedTmpfs.CreateAsync();
        (await ToolResult.RunAsync("mount", ["--make-shared", shared.Path])).EnsureSuccess();
        string inside = Directory.CreateDirectory(Path.Combine(shared.Path, "inside")).FullName;
        string outside = Directory.CreateDirectory(Path.Combine(shared.Path, "outside")).FullName;
        RuntimeSpec spec = WithMounts("mount -t tmpfs tmpfs /data/inside && echo made && read line; test -e /data/outside/file && echo came || echo none",
            new MountSpec { Destination = "/data", Source = shared.Path, Options = ["rbind"] });
        string[] all = ["CAP_SYS_ADMIN"];
        spec = spec with
        {
            Linux = spec.Linux! with { RootfsPropagation = propagation },
            Process = spec.Process! with { Capabilities = new LinuxCapabilities { Bounding = all, Effective = all, Permitted = all } },
        };

        await using Container container = await host.CreateAsync(spec);
        await container.StartAsync();
        using var output = new StreamReader(container.StandardOutput!);
        Assert.Equal("made", await output.ReadLineAsync());
        bool isOut = File.ReadAllText("/proc/self/mountinfo").Contains($" {inside} ", StringComparison.Ordinal);
        using (MountedTmpfs added = await MountedTmpfs.CreateAsync(outside))
        {
            File.WriteAllText(Path.Combine(outside, "file"), "");
            container.StandardInput!.Close();
            string last = (await output.ReadToEndAsync()).Trim();
            await container.WaitAsync();
            if (isOut)
            {
                MountedTmpfs.Unmount(inside);
            }
            await container.DeleteAsync(force: true);

            Assert.Equal((goesOut, comesIn ? "came" : "none"), (isOut, last));
        }
    }

    [Fact]
    public async Task Run_OptionLongerThanFsconfigTakes_IsNotLost()
    {
        await using var host = new ContainerHost();
        string[] layers = [.. Enumerable.Range(0, 5).Select(i => host.Combine(new string((char)('a' + i), 80)))];
        for (int i = 0; i < layers.Length; i++)
        {
            Directory.CreateDirectory(layers[i]);
            File.WriteAllText(Path.Combine(layers[i], $"file{i}"), "");
        }
        string lower = "lowerdir=" + string.Join(':', layers);
        Assert.True(lower.Length > 255);
        string[] userxattr = Environment.IsPrivilegedProcess ? [] : ["userxattr"];

        ContainerRun run = (await host.RunAsync(WithMounts(
            "ls /data; " + Show("/data"),
            new MountSpec { Destination = "/data", Type = "overlay", Source = "overlay", Options = [lower, "nosuid", "nodev", "ro", .. userxattr] }))).EnsureSuccess();

        Assert.StartsWith("file0\nfile1\nfile2\nfile3\nfile4\nro,nosuid,nodev", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_OptionsOfMoreThanAPage_AreRefused()
    {
        RuntimeSpec spec = WithMounts("true", new MountSpec { Destination = "/data", Type = "overlay", Options = ["lowerdir=" + new string('x', 4096)] });

        var e = Assert.Throws<UnsupportedSpecException>(() => PlanCompiler.Compile("web", spec, "/bundle", new HostFacts { Architecture = ProgramArchitecture.X64 }, []));

        Assert.Equal($"/mounts/{spec.Mounts!.Count - 1}/options", e.SpecPointer);
    }
}
