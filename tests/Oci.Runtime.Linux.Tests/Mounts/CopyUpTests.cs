using Oci.Runtime.Linux.Mounts;
using Oci.Runtime.Linux.Planning;
using Oci.Runtime.Linux.Spec;
using Oci.Runtime.Linux.Tests.Lifecycle;
using TreeListing = Oci.Runtime.Linux.Mounts.TreeListing;

namespace Oci.Runtime.Linux.Tests.Mounts;

/// <summary>A tmpfs that begins with what the directory under it holds (runtime-spec, config.md#linux-mount-options, tmpcopyup).</summary>
[Collection(ContainerCollection.Name)]
public sealed class CopyUpTests
{
    private static RuntimeSpec Spec(string script, params string[] options)
    {
        RuntimeSpec spec = ContainerHost.Spec("sh", "-c", script);
        return spec with { Mounts = [.. spec.Mounts!, new MountSpec { Destination = "/data", Type = "tmpfs", Source = "tmpfs", Options = ["tmpcopyup", .. options] }] };
    }

    private static string MakeData(ContainerHost host)
    {
        string data = Directory.CreateDirectory(Path.Combine(host.RootPath, "data")).FullName;
        Directory.CreateDirectory(Path.Combine(data, "folder", "deep"));
        File.WriteAllText(Path.Combine(data, "folder", "deep", "file"), "content");
        File.SetUnixFileMode(Path.Combine(data, "folder", "deep", "file"), (UnixFileMode)0x9C0 /* 04700 */);
        File.SetLastWriteTimeUtc(Path.Combine(data, "folder", "deep", "file"), DateTime.UnixEpoch.AddSeconds(1_000_000));
        File.SetUnixFileMode(Path.Combine(data, "folder"), (UnixFileMode)0x16D /* 0555 */);
        File.SetLastWriteTimeUtc(Path.Combine(data, "folder"), DateTime.UnixEpoch.AddSeconds(2_000_000));
        File.CreateSymbolicLink(Path.Combine(data, "link"), "/etc/../nowhere");
        File.WriteAllBytes(Path.Combine(data, "empty"), []);
        File.SetUnixFileMode(data, (UnixFileMode)0x3C0 /* 01700 */);
        return data;
    }

    [Fact]
    public async Task Run_Tree_IsCopiedWithModesTimesAndLinks()
    {
        await using var host = new ContainerHost();
        string data = MakeData(host);

        ContainerRun run = (await host.RunAsync(Spec(
            "cat /data/folder/deep/file; echo; stat -c '%n %a %Y' /data/folder /data/folder/deep/file; stat -c '%a %s' /data /data/empty; readlink /data/link; grep ' /data ' /proc/self/mountinfo | grep -c tmpfs; echo changed >/data/folder/deep/file; echo x >/data/new"))).EnsureSuccess();

        Assert.Equal(
            "content\n/data/folder 555 2000000\n/data/folder/deep/file 4700 1000000\n",
            string.Concat(run.Output.Split('\n')[..3].Select(l => l + "\n")));
        Assert.StartsWith("1700 ", run.Output.Split('\n')[3], StringComparison.Ordinal);
        Assert.EndsWith(" 0\n/etc/../nowhere\n1\n", run.Output, StringComparison.Ordinal);
        Assert.Equal("content", File.ReadAllText(Path.Combine(data, "folder", "deep", "file")));
        Assert.False(File.Exists(Path.Combine(data, "new")));
        File.SetUnixFileMode(Path.Combine(data, "folder"), (UnixFileMode)0x1ED);
    }

    [Fact]
    public async Task Run_ReadonlyWithAMode_IsCopiedFirst()
    {
        await using var host = new ContainerHost();
        MakeData(host);

        ContainerRun run = (await host.RunAsync(Spec("cat /data/folder/deep/file; stat -c ' %a' /data; touch /data/x 2>/dev/null || echo refused", "ro", "mode=750"))).EnsureSuccess();

        Assert.Equal("content 750\nrefused\n", run.Output);
        File.SetUnixFileMode(Path.Combine(host.RootPath, "data", "folder"), (UnixFileMode)0x1ED);
    }

    [Fact]
    public async Task Run_NothingThere_GivesAnEmptyTmpfs()
    {
        await using var host = new ContainerHost();

        ContainerRun run = (await host.RunAsync(Spec("ls -A /data | wc -l"))).EnsureSuccess();

        Assert.Equal("0\n", run.Output);
    }

    [Fact]
    public async Task Run_MoreThanOneProgramHolds_IsCopiedWhole()
    {
        await using var host = new ContainerHost();
        string data = Directory.CreateDirectory(Path.Combine(host.RootPath, "data")).FullName;
        const int count = 9000;
        for (int i = 0; i < count; i++)
        {
            File.WriteAllText(Path.Combine(data, $"file{i}"), "x");
        }
        using (FileStream large = File.Create(Path.Combine(data, "large")))
        {
            large.Write(new byte[3 << 20]);
        }

        ContainerRun run = (await host.RunAsync(Spec("ls /data | wc -l; cat /data/file* | wc -c; wc -c </data/large"))).EnsureSuccess();

        Assert.Equal($"{count + 1}\n{count}\n{3 << 20}\n", run.Output);
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task Run_OwnersDevicesAndAttributes_AreKept()
    {
        Requires.Root();
        var host = new ContainerHost();
        string data = MakeData(host);
        (await ToolResult.RunAsync("sh", ["-c", $"cd '{data}' && mknod null c 1 3 && mkfifo -m 600 fifo && chown -h 7:8 link empty null folder && cp /bin/true caps && setcap cap_net_raw+ep caps && printf x > \"$(printf 'a\\377b')\""])).EnsureSuccess();
        RuntimeSpec spec = Spec("stat -c '%n %F %u:%g %t:%T' /data/link /data/empty /data/null /data/fifo /data/folder; ls /data | grep -c b$; cat");

        await using ExecHost running = await ExecHost.StartAsync(host, Spec("cat"));
        ContainerRun run = (await running.RunAsync(spec.Process!.Args!.ToArray())).EnsureSuccess();
        ToolResult capabilities = await ToolResult.RunAsync("getcap", [$"/proc/{running.Container.Pid}/root/data/caps"]);
        (await ToolResult.RunAsync("sh", ["-c", $"rm '{data}'/a*b"])).EnsureSuccess();

        Assert.EndsWith("/data/caps cap_net_raw=ep\n", capabilities.Output, StringComparison.Ordinal);
        Assert.Equal(
            "/data/link symbolic link 7:8 0:0\n/data/empty regular empty file 7:8 0:0\n/data/null character special file 7:8 1:3\n/data/fifo fifo 0:0 0:0\n/data/folder directory 7:8 0:0\n1\n",
            run.Output);
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task Run_UserNamespace_KeepsTheOwnersThatItHas()
    {
        Requires.Root();
        await using var host = new ContainerHost();
        string data = MakeData(host);
        (await ToolResult.RunAsync("sh", ["-c", $"chmod 755 '{host.Combine()}' && chown -h 100005:100006 '{data}/empty' && chown 100000 '{data}'"])).EnsureSuccess();
        File.SetUnixFileMode(Path.Combine(data, "folder", "deep", "file"), (UnixFileMode)0x1A4);
        RuntimeSpec spec = Spec("stat -c '%u:%g' /data/empty; cat /data/folder/deep/file");
        LinuxIdMapping[] map = [new() { ContainerId = 0, HostId = 100000, Size = 1000 }];
        spec = spec with { Linux = spec.Linux! with { Namespaces = [.. spec.Linux.Namespaces!, new LinuxNamespace { Type = LinuxNamespaceTypes.User }], UidMappings = map, GidMappings = map } };

        ContainerRun run = (await host.RunAsync(spec)).EnsureSuccess();

        Assert.Equal("5:6\ncontent", run.Output);
    }

    [Fact]
    public async Task Create_TooSmallATmpfs_FailsNamingTheFile()
    {
        await using var host = new ContainerHost();
        string data = Directory.CreateDirectory(Path.Combine(host.RootPath, "data")).FullName;
        File.WriteAllBytes(Path.Combine(data, "large"), new byte[1 << 20]);

        var e = await Assert.ThrowsAsync<ContainerException>(() => host.CreateAsync(Spec("true", "size=64k")));

        Assert.Contains("copying /data up: large failed: ENOSPC", e.Message, StringComparison.Ordinal);
        Assert.Equal("/data/large", e.Path);
    }

    [Fact]
    public async Task Create_DirectorySwappedForALinkMeanwhile_CopiesNothingFromOutside()
    {
        await using var host = new ContainerHost();
        string data = Directory.CreateDirectory(Path.Combine(host.RootPath, "data")).FullName;
        string secret = Directory.CreateDirectory(host.Combine("outside")).FullName;
        File.WriteAllText(Path.Combine(secret, "file"), "secret");
        string place = Directory.CreateDirectory(Path.Combine(data, "place")).FullName;
        File.WriteAllText(Path.Combine(place, "file"), "inside");
        string link = Path.Combine(data, "other");
        File.CreateSymbolicLink(link, secret);
        using var stop = new CancellationTokenSource();
        Task swapping = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                RenameExchange.Swap(place, link);
            }
        });

        try
        {
            for (int i = 0; i < 30; i++)
            {
                ContainerRun run = (await host.RunAsync(Spec("cat /data/*/file 2>/dev/null; true"))).EnsureSuccess();
                Assert.DoesNotContain("secret", run.Output, StringComparison.Ordinal);
            }
        }
        finally
        {
            await stop.CancelAsync();
            await swapping;
        }
    }

    [Fact]
    public void Read_DeeperThanTheCap_Throws()
    {
        Requires.Linux();
        using var folder = new TempDirectory();
        Directory.CreateDirectory(folder.Combine([.. Enumerable.Repeat("d", TreeListing.MaxDepth)]));
        Oci.Common.Linux.Libc.Openat(Oci.Common.Linux.Libc.AT_FDCWD, System.Text.Encoding.UTF8.GetBytes(folder.Path + '\0'), Oci.Common.Linux.Libc.O_DIRECTORY, 0, out var directory);
        using (directory)
        {
            var e = Assert.Throws<IOException>(() => TreeListing.Read(directory!).Count());
            Assert.Contains("256 directories deep", e.Message, StringComparison.Ordinal);
        }
    }
}
