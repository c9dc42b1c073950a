using Oci.Runtime.Linux.Bundles;
using Oci.Runtime.Linux.Planning;
using Oci.Runtime.Linux.Spec;
using Oci.Runtime.Linux.Tests.Lifecycle;

namespace Oci.Runtime.Linux.Tests.Mounts;

/// <summary>Binds with mapped ids (runtime-spec, config.md#posix-platform-mounts, uidMappings; config.md#linux-mount-options, idmap).</summary>
[Collection(ContainerCollection.Name)]
public sealed class MappedMountTests
{
    private static LinuxIdMapping[] Map(uint onDisk, uint seen, uint size = 1000) => [new() { ContainerId = onDisk, HostId = seen, Size = size }];

    private static RuntimeSpec WithMount(RuntimeSpec spec, MountSpec mount) => spec with { Mounts = [.. spec.Mounts!, mount] };

    [Theory]
    [Must("config.md#linux-mount-options-2")]
    [Trait("Needs", "root")]
    [InlineData("bind", "1234:1235", "0:0")]
    [InlineData("rbind,ridmap", "1234:1235", "1007:1008")]
    public async Task Run_MappingsOfItsOwn_ShowMappedOwners(string options, string file, string below)
    {
        Requires.Root();
        await using var host = new ContainerHost();
        using MountedTmpfs source = await MountedTmpfs.CreateAsync();
        string inner = Directory.CreateDirectory(Path.Combine(source.Path, "inner")).FullName;
        File.WriteAllText(Path.Combine(source.Path, "file"), "x");
        await source.ChownAsync("234:235", "file");
        using MountedTmpfs nested = await MountedTmpfs.CreateAsync(inner);
        File.WriteAllText(Path.Combine(inner, "file"), "x");
        await source.ChownAsync("7:8", "inner/file");
        RuntimeSpec spec = ContainerHost.Spec("sh", "-c", "stat -c %u:%g /data/file; stat -c %u:%g /data/inner/file 2>/dev/null || echo 0:0");
        spec = WithMount(spec, new MountSpec { Destination = "/data", Source = source.Path, Options = options.Split(','), UidMappings = Map(0, 1000), GidMappings = Map(0, 1000) });

        ContainerRun run = (await host.RunAsync(spec)).EnsureSuccess();

        Assert.Equal($"{file}\n{below}\n", run.Output);
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task Run_IdmapInAUserNamespace_TakesTheContainersMapping()
    {
        Requires.Root();
        await using var host = new ContainerHost();
        using MountedTmpfs source = await MountedTmpfs.CreateAsync();
        File.WriteAllText(Path.Combine(source.Path, "file"), "x");
        await source.ChownAsync("5:6", "file");
        File.SetUnixFileMode(host.Combine(), (UnixFileMode)0x1ED);
        RuntimeSpec spec = WithMount(
            ContainerHost.Spec("sh", "-c", "stat -c %u:%g /data/file; touch /data/new"),
            new MountSpec { Destination = "/data", Source = source.Path, Options = ["bind", "idmap", "nosuid"] });
        spec = spec with
        {
            Linux = spec.Linux! with
            {
                Namespaces = [.. spec.Linux.Namespaces!, new LinuxNamespace { Type = LinuxNamespaceTypes.User }],
                UidMappings = Map(0, 100000, 65536),
                GidMappings = Map(0, 100000, 65536),
            },
        };
        Directory.CreateDirectory(Path.Combine(host.RootPath, "data"));

        ContainerRun run = (await host.RunAsync(spec)).EnsureSuccess();

        Assert.Equal("5:6\n", run.Output);
        ToolResult owner = await ToolResult.RunAsync("stat", ["-c", "%u:%g", Path.Combine(source.Path, "new")]);
        Assert.Equal("0:0\n", owner.Output);
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task Create_FilesystemThatTakesNoMapping_SaysSoAndLeavesNothing()
    {
        Requires.Root();
        await using var host = new ContainerHost();
        RuntimeSpec spec = WithMount(ContainerHost.Spec("true"), new MountSpec { Destination = "/p", Source = "/proc/sys", Options = ["bind"], UidMappings = Map(0, 1000), GidMappings = Map(0, 1000) });

        var e = await Assert.ThrowsAsync<ContainerException>(() => host.CreateAsync(spec));

        Assert.Equal($"/mounts/{spec.Mounts!.Count - 1}", e.SpecPointer);
        Assert.Equal("/proc/sys", e.Path);
        Assert.Contains("does not take id mappings", e.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_OrdinaryUser_IsRefusedBeforeAnythingIsDone()
    {
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "Root may map the ids of mounts.");
        await using var host = new ContainerHost();
        RuntimeSpec spec = WithMount(ContainerHost.Spec("true"), new MountSpec { Destination = "/p", Source = "/tmp", Options = ["bind", "idmap"] });

        var e = await Assert.ThrowsAsync<UnsupportedSpecException>(() => host.CreateAsync(spec));

        Assert.Contains("Run as root", e.Hint, StringComparison.Ordinal);
    }
}
