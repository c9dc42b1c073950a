using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Runtime.Linux.Processes;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Lifecycle;

/// <summary>Root filesystems and configurations that try to reach the host, each as one did in the CVE record.</summary>
[Collection(ContainerCollection.Name)]
public sealed class ContainerAttackTests
{
    /// <summary>Puts a link where the root filesystem has a directory.</summary>
    private static void Replace(ContainerHost host, string name, string target)
    {
        Directory.Delete(Path.Combine(host.RootPath, name));
        File.CreateSymbolicLink(Path.Combine(host.RootPath, name), target);
    }

    [Theory]
    [InlineData("proc", "/tmp")]
    [InlineData("proc", "../../../../../../tmp")]
    [InlineData("sys", "/tmp")]
    public async Task CreateAsync_ProcOrSysIsALink_IsRefused(string name, string target)
    {
        if (name is "sys")
        {
            // An ordinary user's is a bind, which may be anywhere in the root.
            Requires.Root();
        }
        await using var host = new ContainerHost();
        Replace(host, name, target);

        var e = await Assert.ThrowsAsync<ContainerException>(() => host.CreateAsync(ContainerHost.Spec("true")));

        Assert.Equal(((int)Errno.ELOOP, "/" + name), (e.Errno, e.Path));
        Assert.Contains("real directory", e.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CreateAsync_DevIsALinkToTheHosts_StaysInTheRoot()
    {
        await using var host = new ContainerHost();
        string[] before = [.. Directory.GetFileSystemEntries("/dev").Order(StringComparer.Ordinal)];
        Replace(host, "dev", "../../../../../../../../dev2");
        Directory.CreateDirectory(Path.Combine(host.RootPath, "dev2"));

        ContainerRun run = (await host.RunAsync("sh", "-c", "grep -c ' /dev2 ' /proc/self/mountinfo; test -c /dev2/null && echo device")).EnsureSuccess();

        Assert.Equal("1\ndevice\n", run.Output);
        Assert.Equal(before, Directory.GetFileSystemEntries("/dev").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Run_MountThroughLinkToTheHost_IsNotOnTheHost()
    {
        await using var host = new ContainerHost();
        string outside = host.Combine("outside");
        Directory.CreateDirectory(outside);
        Directory.CreateDirectory(Path.Combine(host.RootPath + outside));
        File.CreateSymbolicLink(Path.Combine(host.RootPath, "escape"), outside);
        RuntimeSpec spec = ContainerHost.Spec("sh", "-c", "touch /escape/x; ls /escape");
        spec = spec with { Mounts = [.. spec.Mounts!, new MountSpec { Destination = "/escape", Type = "tmpfs", Source = "tmpfs" }] };

        ContainerRun run = (await host.RunAsync(spec)).EnsureSuccess();

        Assert.Equal("x\n", run.Output);
        Assert.Empty(Directory.GetFileSystemEntries(outside));
        Assert.Empty(Directory.GetFileSystemEntries(host.RootPath + outside));
    }

    [Theory]
    [InlineData("/proc/self/fd/{0}")]
    [InlineData("/proc/self/fd/{0}/../../../etc")]
    [InlineData("/link{0}")]
    public async Task CreateAsync_WorkingDirectoryIsADescriptor_IsRefused(string path)
    {
        await using var host = new ContainerHost();
        for (int descriptor = 3; descriptor < 20; descriptor++)
        {
            File.CreateSymbolicLink(Path.Combine(host.RootPath, $"link{descriptor}"), $"/proc/self/fd/{descriptor}");
            RuntimeSpec spec = ContainerHost.Spec("true");
            spec = spec with { Process = spec.Process! with { Cwd = string.Format(CultureInfo.InvariantCulture, path, descriptor) } };

            if (path.Contains("..", StringComparison.Ordinal))
            {
                // ".." is taken away before anything is opened: this is /proc/etc or the like, inside the root.
                await Assert.ThrowsAsync<ContainerException>(() => host.CreateAsync(spec));
                continue;
            }
            var e = await Assert.ThrowsAsync<ContainerException>(() => host.CreateAsync(spec));
            Assert.Equal("/process/cwd", e.SpecPointer);
        }
    }

    [Theory]
    [InlineData("link")]
    [InlineData("file")]
    [InlineData("fifo")]
    public async Task CreateAsync_NullDeviceOfTheRootIsAnother_MasksWithTheHosts(string kind)
    {
        await using var host = new ContainerHost();
        string secret = Path.Combine(host.RootPath, "etc", "secret");
        File.WriteAllText(secret, "secret");
        string device = Path.Combine(host.RootPath, "dev", "null");
        switch (kind)
        {
            case "link":
                File.CreateSymbolicLink(device, "/etc/other");
                break;
            case "file":
                File.WriteAllText(device, "content");
                break;
            default:
                (await ToolResult.RunAsync("mkfifo", [device])).EnsureSuccess();
                break;
        }
        RuntimeSpec spec = ContainerHost.Spec("sh", "-c", "wc -c </etc/secret; echo x >/etc/secret; stat -c %t:%T /etc/secret");
        spec = spec with { Linux = spec.Linux! with { MaskedPaths = ["/etc/secret"] } };

        Assert.Equal("0\n1:3\n", (await host.RunAsync(spec)).EnsureSuccess().Output);

        // Without a /dev of its own, the root's is what the device is made in: what is no null device is refused.
        spec = spec with { Mounts = [.. spec.Mounts!.Where(m => !m.Destination.StartsWith("/dev", StringComparison.Ordinal))] };
        if (Environment.IsPrivilegedProcess)
        {
            var e = await Assert.ThrowsAsync<ContainerException>(() => host.CreateAsync(spec));
            Assert.Equal(((int)Errno.EEXIST, "/dev/null"), (e.Errno, e.Path));
        }
        Assert.Equal("secret", File.ReadAllText(secret));
    }

    [Fact]
    public async Task Run_MaskedAndReadonlyPaths_RefuseEveryWrite()
    {
        await using var host = new ContainerHost();
        Directory.CreateDirectory(Path.Combine(host.RootPath, "etc", "hidden", "sub"));
        Directory.CreateDirectory(Path.Combine(host.RootPath, "etc", "fixed", "sub"));
        File.WriteAllText(Path.Combine(host.RootPath, "etc", "fixed", "file"), "kept");
        RuntimeSpec spec = ContainerHost.Spec(
            "sh", "-c",
            "ls -A /etc/hidden | wc -l; touch /etc/hidden/x || echo 1; mkdir /etc/hidden/d || echo 2; "
            + "echo x >/etc/fixed/file || echo 3; touch /etc/fixed/sub/x || echo 4; cat /etc/fixed/file; mount -o remount,rw /etc/fixed || echo 5; mount -o remount,rw /etc/hidden || echo 6; true");
        spec = spec with { Linux = spec.Linux! with { MaskedPaths = ["/etc/hidden", "/etc/hidden/sub", "/no/such/path"], ReadonlyPaths = ["/etc/fixed", "/no/such/path"] } };

        Assert.Equal("0\n1\n2\n3\n4\nkept5\n6\n", (await host.RunAsync(spec)).EnsureSuccess().Output);
    }

    [Fact]
    public async Task Run_Default_OldRootIsGone()
    {
        await using var host = new ContainerHost();
        RuntimeSpec spec = ContainerHost.Spec("cat", "/proc/self/mountinfo");
        string[] expected = [.. spec.Mounts!.Select(m => m.Destination), .. spec.Linux!.MaskedPaths!, .. spec.Linux.ReadonlyPaths!];

        string[] points = [.. (await host.RunAsync(spec)).EnsureSuccess().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ')[4])];

        Assert.Equal("/", points[0]);
        Assert.Single(points, "/");
        Assert.All(points[1..], p => Assert.True(
            expected.Contains(p) || p.StartsWith("/sys/", StringComparison.Ordinal) || p.StartsWith("/proc/", StringComparison.Ordinal) || p.StartsWith("/dev/", StringComparison.Ordinal), p));
    }

    [Fact]
    public async Task CreateAsync_Created_ShowsNothingOfTheHostProcess()
    {
        Requires.Root();
        await using var host = new ContainerHost();
        await using Container container = await host.CreateAsync(ContainerHost.Spec("true"));
        string process = $"/proc/{container.Pid}";

        string[] files = [.. File.ReadAllLines(process + "/maps").Select(l => l.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries)).Where(l => l.Length == 6).Select(l => l[5]).Distinct()];
        Assert.All(files, f => Assert.True(f.StartsWith("/memfd:oci-", StringComparison.Ordinal) || f.StartsWith('['), f));
        Assert.StartsWith("/memfd:oci-init", new FileInfo(process + "/exe").LinkTarget, StringComparison.Ordinal);
        Assert.Empty(File.ReadAllBytes(process + "/environ"));
        Assert.Equal("oci-init\0", File.ReadAllText(process + "/cmdline"));
        Assert.Equal("/", new FileInfo(process + "/cwd").LinkTarget);
        // The socket to the parent, 4, is closed just after the last word on it.
        while (File.Exists(process + "/fd/4"))
        {
            await Task.Yield();
        }
        // The FIFO and the file for failures; nothing that leads to a directory of the host.
        Assert.Equal(["0", "1", "2", "5", "6"], Directory.GetFileSystemEntries(process + "/fd").Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal));
        await container.DeleteAsync();
    }

    [Fact]
    public async Task CreateAsync_RootSwapsDirectoriesAndLinks_NeverReachesTheHost()
    {
        await using var host = new ContainerHost();
        string outside = host.Combine("outside");
        Directory.CreateDirectory(outside);
        File.WriteAllText(Path.Combine(outside, "file"), "host");
        string place = Path.Combine(host.RootPath, "race");
        string link = Path.Combine(host.RootPath, "link");
        Directory.CreateDirectory(place);
        File.CreateSymbolicLink(link, "../../../../../../../../.." + outside);
        RuntimeSpec spec = ContainerHost.Spec("true");
        spec = spec with
        {
            Mounts = [.. spec.Mounts!, new MountSpec { Destination = "/race/a/b", Type = "tmpfs", Source = "tmpfs" }, new MountSpec { Destination = "/race/file", Source = host.Combine("bundle", "config.json"), Options = ["bind"] }],
            Process = spec.Process! with { Cwd = "/race/cwd" },
            Linux = spec.Linux! with { MaskedPaths = ["/race/masked"], ReadonlyPaths = ["/race/a"] },
        };
        using var end = new CancellationTokenSource();
        var swapping = new Thread(() =>
        {
            while (!end.IsCancellationRequested)
            {
                Exchange(place, link);
                Thread.SpinWait(100);
            }
        });
        swapping.Start();
        int created = 0, refused = 0;
        // On a busy machine fewer rounds have to do.
        var elapsed = Stopwatch.StartNew();
        try
        {
            for (int i = 0; i < 200 && elapsed.Elapsed < TimeSpan.FromSeconds(20); i++)
            {
                try
                {
                    await using Container container = await host.CreateAsync(spec, ContainerStdio.Null);
                    await container.DeleteAsync();
                    created++;
                }
                catch (ContainerException e) when (e.Errno is not null)
                {
                    refused++;
                }
            }
        }
        finally
        {
            await end.CancelAsync();
            swapping.Join();
        }

        Assert.True(created + refused > 0);
        Assert.Equal([Path.Combine(outside, "file")], Directory.GetFileSystemEntries(outside));
        Assert.Equal("host", File.ReadAllText(Path.Combine(outside, "file")));
    }

    [Theory]
    [InlineData("pts")]
    [InlineData("shm")]
    [InlineData("mqueue")]
    public async Task CreateAsync_PlaceBelowDevIsALinkToTheHost_StaysInTheRoot(string name)
    {
        await using var host = new ContainerHost();
        string outside = host.Combine("outside");
        Directory.CreateDirectory(outside);
        File.CreateSymbolicLink(Path.Combine(host.RootPath, "dev", name), "../../../../../../../../.." + outside);
        RuntimeSpec spec = ContainerHost.Spec("true");
        // Without a /dev of its own the root's link is what the mount meets.
        RuntimeSpec bare = spec with { Mounts = [.. spec.Mounts!.Where(m => m.Destination is not "/dev")] };

        foreach (RuntimeSpec tried in (RuntimeSpec[])[spec, bare])
        {
            try
            {
                await using Container container = await host.CreateAsync(tried, ContainerStdio.Null);
                Assert.DoesNotContain(File.ReadAllLines("/proc/self/mountinfo"), l => l.Split(' ')[4].StartsWith(outside, StringComparison.Ordinal));
                await container.DeleteAsync();
            }
            catch (ContainerException e)
            {
                Assert.NotNull(e.Errno);
            }
            Assert.Empty(Directory.GetFileSystemEntries(outside));
        }
    }

    [Fact]
    public async Task CreateAsync_MaskedAndReadonlyFilesSwappedForLinks_NeverReachesTheHost()
    {
        await using var host = new ContainerHost();
        string outside = host.Combine("outside");
        File.WriteAllText(outside, "host");
        string[] places = [Path.Combine(host.RootPath, "etc", "masked"), Path.Combine(host.RootPath, "etc", "fixed")];
        foreach (string place in places)
        {
            File.WriteAllText(place, "root");
            File.CreateSymbolicLink(place + ".link", "../../../../../../../../.." + outside);
        }
        RuntimeSpec spec = ContainerHost.Spec("true");
        spec = spec with { Linux = spec.Linux! with { MaskedPaths = ["/etc/masked"], ReadonlyPaths = ["/etc/fixed"] } };
        using var end = new CancellationTokenSource();
        var swapping = new Thread(() =>
        {
            while (!end.IsCancellationRequested)
            {
                foreach (string place in places)
                {
                    Exchange(place, place + ".link");
                }
                Thread.SpinWait(100);
            }
        });
        swapping.Start();
        int rounds = 0;
        // On a busy machine fewer rounds have to do.
        var elapsed = Stopwatch.StartNew();
        try
        {
            for (; rounds < 200 && elapsed.Elapsed < TimeSpan.FromSeconds(20); rounds++)
            {
                try
                {
                    await using Container container = await host.CreateAsync(spec, ContainerStdio.Null);
                    await container.DeleteAsync();
                }
                catch (ContainerException e) when (e.Errno is not null)
                {
                    // Refused: the link, or what it leads to, is not in the root.
                }
                Assert.DoesNotContain(File.ReadAllLines("/proc/self/mountinfo"), l => l.Split(' ')[4] == outside);
                // Neither masked, which is empty, nor read-only.
                Assert.Equal("host", File.ReadAllText(outside));
                File.WriteAllText(outside, "host");
            }
        }
        finally
        {
            await end.CancelAsync();
            swapping.Join();
        }
        Assert.True(rounds > 0);
    }

    private static void Exchange(string one, string other)
    {
        const uint exchange = 2;
        using var here = new SafeFileHandle(-100 /* AT_FDCWD */, ownsHandle: false);
        Libc.Renameat2(here, Encoding.UTF8.GetBytes(one + '\0'), here, Encoding.UTF8.GetBytes(other + '\0'), exchange).ThrowIfFailed("renameat2", one);
    }
}
