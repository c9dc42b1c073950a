using Oci.Runtime.Linux.Spec;
using Oci.Runtime.Linux.Tests.Lifecycle;

namespace Oci.Runtime.Linux.Tests.Terminals;

/// <summary>Containers whose /dev is not what it should be.</summary>
[Collection(ContainerCollection.Name)]
public sealed class HostileTerminalTests
{
    private static RuntimeSpec Bare() => TerminalContainer.WithoutMount(TerminalContainer.WithoutMount(TerminalContainer.WithoutMount(TerminalContainer.Spec("true"), "/dev/pts"), "/dev/shm"), "/dev/mqueue");

    [Fact]
    public async Task CreateAsync_NoDevpts_SaysWhatIsMissing()
    {
        await using var host = new ContainerHost();

        var e = await Assert.ThrowsAsync<ContainerException>(() => host.CreateAsync(Bare()));

        Assert.Equal(("/process/terminal", "opening a terminal in /dev/pts"), (e.SpecPointer, e.Step));
        Assert.Contains("needs a devpts at /dev/pts", e.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("link")]
    [InlineData("file")]
    [InlineData("directory")]
    public async Task CreateAsync_PtmxOfTheImage_IsRefused(string kind)
    {
        await using var host = new ContainerHost();
        RuntimeSpec spec = TerminalContainer.WithoutMount(Bare(), "/dev");
        string pts = Path.Combine(host.RootPath, "dev", "pts");
        Directory.CreateDirectory(pts);
        string ptmx = Path.Combine(pts, "ptmx");
        if (kind is "link")
        {
            File.CreateSymbolicLink(ptmx, "/etc/victim");
        }
        else if (kind is "file")
        {
            await File.WriteAllTextAsync(ptmx, "kept");
        }
        else
        {
            Directory.CreateDirectory(ptmx);
        }
        await File.WriteAllTextAsync(Path.Combine(host.RootPath, "etc", "victim"), "kept");

        var e = await Assert.ThrowsAsync<ContainerException>(() => host.CreateAsync(spec));

        Assert.Equal("/process/terminal", e.SpecPointer);
        Assert.Equal("kept", await File.ReadAllTextAsync(Path.Combine(host.RootPath, "etc", "victim")));
    }

    /// <summary>CVE-2025-52565: what is bound at /dev/console, and where, must not be the image's choice.</summary>
    [Fact]
    public async Task CreateAsync_ConsoleThatIsALink_IsRefused()
    {
        await using var host = new ContainerHost();
        RuntimeSpec spec = TerminalContainer.WithoutMount(TerminalContainer.Spec("true"), "/dev");
        File.CreateSymbolicLink(Path.Combine(host.RootPath, "dev", "console"), "/etc/victim");
        await File.WriteAllTextAsync(Path.Combine(host.RootPath, "etc", "victim"), "kept");

        var e = await Assert.ThrowsAsync<ContainerException>(() => host.CreateAsync(spec));

        Assert.Equal(("/process/terminal", "binding the terminal at /dev/console"), (e.SpecPointer, e.Step));
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task ExecAsync_OtherFileOverPtmx_IsRefused()
    {
        Requires.Root();
        await using var containers = new ContainerHost();
        RuntimeSpec spec = ContainerHost.Spec("sh", "-c", "echo kept >/tmp/victim; mount --bind /tmp/victim /dev/pts/ptmx; echo done; cat");
        string[] capabilities = [.. spec.Process!.Capabilities!.Bounding!, "CAP_SYS_ADMIN"];
        spec = spec with { Process = spec.Process with { Capabilities = new LinuxCapabilities { Bounding = capabilities, Effective = capabilities, Permitted = capabilities } } };
        await using Container container = await containers.CreateAsync(spec);
        await container.StartAsync();
        Assert.Equal("done", await new StreamReader(container.StandardOutput!).ReadLineAsync());

        var e = await Assert.ThrowsAsync<ContainerException>(() => container.ExecAsync(new() { Args = ["true"], Terminal = true }));

        Assert.Equal(("/process/terminal", "EXDEV"), (e.SpecPointer, ((Common.Linux.Errno)e.Errno!).ToString()));
        await container.DeleteAsync(force: true);
    }

    [Theory]
    [InlineData("umount /dev/pts && echo done")]
    [InlineData("umount /dev/pts && mount -t tmpfs t /dev/pts && mknod /dev/pts/ptmx c 1 3 && echo done")]
    [InlineData("umount /dev/pts && mount -t tmpfs t /dev/pts && ln -s /proc/self/mem /dev/pts/ptmx && echo done")]
    [Trait("Needs", "root")]
    public async Task ExecAsync_DevptsReplaced_IsRefused(string how)
    {
        Requires.Root();
        await using var containers = new ContainerHost();
        RuntimeSpec spec = ContainerHost.Spec("sh", "-c", how + "; cat");
        string[] capabilities = [.. spec.Process!.Capabilities!.Bounding!, "CAP_SYS_ADMIN", "CAP_MKNOD"];
        spec = spec with { Process = spec.Process with { Capabilities = new LinuxCapabilities { Bounding = capabilities, Effective = capabilities, Permitted = capabilities } } };
        await using Container container = await containers.CreateAsync(spec);
        await container.StartAsync();
        Assert.Equal("done", await new StreamReader(container.StandardOutput!).ReadLineAsync());

        var e = await Assert.ThrowsAsync<ContainerException>(() => container.ExecAsync(new() { Args = ["true"], Terminal = true }));

        Assert.Equal(("/process/terminal", "ENODEV"), (e.SpecPointer, ((Common.Linux.Errno)e.Errno!).ToString()));
        Assert.Contains("needs a devpts at /dev/pts", e.Hint, StringComparison.Ordinal);
        await container.DeleteAsync(force: true);
    }
}
