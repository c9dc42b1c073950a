using Oci.Common.Linux;
using Oci.Runtime.Linux.Planning;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Lifecycle;

/// <summary>Each way to fail says what, where and why, and leaves nothing: <see cref="ContainerHost"/> looks.</summary>
[Collection(ContainerCollection.Name)]
public sealed class ContainerFailureTests
{
    private static async Task<ContainerException> FailAsync(ContainerHost host, RuntimeSpec spec)
    {
        var e = await Assert.ThrowsAsync<ContainerException>(() => host.CreateAsync(spec));
        Assert.StartsWith("container c1: ", e.Message, StringComparison.Ordinal);
        Assert.Equal("c1", e.ContainerId);
        return e;
    }

    [Theory]
    [InlineData("nothing-of-that-name", "executable file not found in $PATH", (int)Errno.ENOENT)]
    [InlineData("/no/such/file", "no such file or directory", (int)Errno.ENOENT)]
    [InlineData("/etc", null, 0)]
    [InlineData("/etc/plain", "permission denied", (int)Errno.EACCES)]
    public async Task CreateAsync_ProgramMissing_SaysSo(string program, string? text, int errno)
    {
        await using var host = new ContainerHost();
        File.WriteAllText(Path.Combine(host.RootPath, "etc", "plain"), "no program");
        if (text is null)
        {
            // A directory passes access(2); executing it is what fails, at start.
            await using Container container = await host.CreateAsync(ContainerHost.Spec(program));
            var late = await Assert.ThrowsAsync<ContainerException>(() => container.StartAsync());
            Assert.Equal((int)Errno.EACCES, late.Errno);
            Assert.Equal(255, (await container.WaitAsync()).Code);
            await container.DeleteAsync();
            return;
        }

        ContainerException e = await FailAsync(host, ContainerHost.Spec(program));

        Assert.Contains(text, e.Message, StringComparison.Ordinal);
        Assert.Equal((errno, "/process/args/0"), (e.Errno, e.SpecPointer));
        Assert.NotNull(e.Hint);
    }

    [Fact]
    public async Task StartAsync_ProgramOfNoFormat_SaysSo()
    {
        await using var host = new ContainerHost();
        string path = Path.Combine(host.RootPath, "bin", "garbage");
        File.WriteAllBytes(path, [1, 2, 3, 4]);
        File.SetUnixFileMode(path, (UnixFileMode)0x1ED);
        await using Container container = await host.CreateAsync(ContainerHost.Spec("garbage"));

        var e = await Assert.ThrowsAsync<ContainerException>(() => container.StartAsync());

        Assert.Contains("exec format error", e.Message, StringComparison.Ordinal);
        Assert.Equal((int)Errno.ENOEXEC, e.Errno);
        Assert.Equal(255, (await container.WaitAsync()).Code);
        await container.DeleteAsync();
    }

    [Fact]
    [Must("config.md#root-1")]
    public async Task CreateAsync_RootMissing_SaysSo()
    {
        await using var host = new ContainerHost();

        ContainerException e = await FailAsync(host, ContainerHost.Spec("true") with { Root = new RootSpec { Path = "/no/such/root" } });

        Assert.Equal(("/root/path", "/no/such/root", (int)Errno.ENOENT), (e.SpecPointer, e.Path, e.Errno));
        Assert.StartsWith("container c1: mounting the root filesystem /no/such/root failed: ENOENT (No such file or directory) [/root/path]. Hint: ", e.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, string> BrokenMounts => new()
    {
        { """{"destination":"/x","type":"nofs","source":"none"}""", nameof(Errno.ENODEV) },
        { """{"destination":"/x","type":"tmpfs","source":"tmpfs","options":["size=zzz"]}""", nameof(Errno.EINVAL) },
        { """{"destination":"/x","type":"bind","source":"/no/such/source"}""", nameof(Errno.ENOENT) },
        { """{"destination":"/bin/busybox/x","type":"tmpfs","source":"tmpfs"}""", nameof(Errno.ENOTDIR) },
        { """{"destination":"/loop/x","type":"tmpfs","source":"tmpfs"}""", nameof(Errno.ELOOP) },
        { """{"destination":"/proc/self/attr","type":"bind","source":"/tmp"}""", nameof(Errno.EPERM) },
        { """{"destination":"/todev","type":"proc","source":"proc"}""", nameof(Errno.ELOOP) },
    };

    [Theory]
    [Must("runtime.md#lifecycle-1", "runtime.md#errors-1", "runtime.md#create-5")]
    [MemberData(nameof(BrokenMounts))]
    public async Task CreateAsync_MountImpossible_SaysSo(string mount, string errno)
    {
        await using var host = new ContainerHost();
        File.CreateSymbolicLink(Path.Combine(host.RootPath, "loop"), "loop");
        File.CreateSymbolicLink(Path.Combine(host.RootPath, "todev"), "dev");
        RuntimeSpec spec = ContainerHost.Spec("true");
        MountSpec broken = RuntimeSpec.Parse(System.Text.Encoding.UTF8.GetBytes($$"""{"ociVersion":"1.3.0","mounts":[{{mount}}]}""")).Mounts![0];

        ContainerException e = await FailAsync(host, spec with { Mounts = [.. spec.Mounts!, broken] });

        Assert.Equal($"/mounts/{spec.Mounts!.Count}", e.SpecPointer);
        Assert.Equal((int)Enum.Parse<Errno>(errno), e.Errno);
        Assert.Contains($": {errno} (", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CreateAsync_MountThroughLink_StaysInTheRoot()
    {
        await using var host = new ContainerHost();
        string outside = host.Combine("outside");
        Directory.CreateDirectory(outside);
        File.CreateSymbolicLink(Path.Combine(host.RootPath, "escape"), outside);
        File.CreateSymbolicLink(Path.Combine(host.RootPath, "up"), "../../../../../..");
        RuntimeSpec spec = ContainerHost.Spec("sh", "-c", "grep -c ' /up2/deep ' /proc/self/mountinfo; ls -d /up2/deep");
        spec = spec with { Mounts = [.. spec.Mounts!, new MountSpec { Destination = "/up/up2/deep", Type = "tmpfs", Source = "tmpfs" }] };

        ContainerRun run = (await host.RunAsync(spec)).EnsureSuccess();
        Assert.Equal("1\n/up2/deep\n", run.Output);

        // The link names a place that the root does not have: it is not made on the host either.
        spec = spec with { Mounts = [.. ContainerHost.Spec("true").Mounts!, new MountSpec { Destination = "/escape/x", Type = "tmpfs", Source = "tmpfs" }] };
        await Assert.ThrowsAsync<ContainerException>(() => host.CreateAsync(spec));
        Assert.Empty(Directory.GetFileSystemEntries(outside));
    }

    [Fact]
    public async Task CreateAsync_JoinedNamespaceMissing_SaysSo()
    {
        await using var host = new ContainerHost();
        RuntimeSpec spec = ContainerHost.Spec("true");
        spec = spec with { Linux = spec.Linux! with { Namespaces = [.. spec.Linux.Namespaces!.Select(n => n.Type is "network" ? n with { Path = "/no/such/ns" } : n)] } };

        ContainerException e = await FailAsync(host, spec);

        Assert.Equal(("/no/such/ns", (int)Errno.ENOENT), (e.Path, e.Errno));
        Assert.EndsWith("/path", e.SpecPointer, StringComparison.Ordinal);
    }

    [Fact]
    [Must("config.md#valid-values-1")]
    public async Task CreateAsync_UnknownNamespaceType_IsInvalid()
    {
        await using var host = new ContainerHost();
        RuntimeSpec spec = ContainerHost.Spec("true");
        spec = spec with { Linux = spec.Linux! with { Namespaces = [.. spec.Linux.Namespaces!, new LinuxNamespace { Type = "moon" }] } };

        var e = await Assert.ThrowsAsync<InvalidSpecException>(() => host.CreateAsync(spec));

        Assert.Contains(e.Findings, f => f.Pointer == $"/linux/namespaces/{spec.Linux!.Namespaces!.Count - 1}/type");
        Assert.False(Directory.Exists(host.Runtime.Root));
    }

    [Fact]
    [Must("config.md#valid-values-1")]
    public async Task CreateAsync_WhatIsNotSupported_IsRefusedBeforeAnythingIsDone()
    {
        await using var host = new ContainerHost();
        RuntimeSpec spec = ContainerHost.Spec("true");
        spec = spec with { Mounts = [.. spec.Mounts!, new MountSpec { Destination = "/", Type = "tmpfs", Source = "tmpfs" }] };

        var e = await Assert.ThrowsAsync<UnsupportedSpecException>(() => host.CreateAsync(spec));

        Assert.Equal(($"/mounts/{spec.Mounts.Count - 1}/destination", "a mount over the root"), (e.SpecPointer, e.Feature));
        Assert.False(Directory.Exists(host.Runtime.Root));
    }

    [Fact]
    [Must("runtime.md#errors-1")]
    public async Task CreateAsync_RootCannotBeMade_SaysSo()
    {
        await using var host = new ContainerHost();
        File.WriteAllText(host.Combine("file"), "");
        var runtime = new ContainerRuntime(new ContainerRuntimeOptions { Root = host.Combine("file", "state") });

        var e = await Assert.ThrowsAsync<ContainerException>(async () => await runtime.CreateAsync("c", await host.BundleAsync(ContainerHost.Spec("true"))));

        Assert.Equal(host.Combine("file", "state"), e.Path);
        Assert.NotNull(e.Hint);
    }

    [Fact]
    public async Task CreateAsync_DirectoryCutOffByACrash_IsTakenOver()
    {
        await using var host = new ContainerHost();
        Directory.CreateDirectory(Path.Combine(host.Runtime.Root, "c1"));
        File.WriteAllText(Path.Combine(host.Runtime.Root, "c1", "lock"), "");

        (await host.RunAsync("true")).EnsureSuccess();
    }
}
