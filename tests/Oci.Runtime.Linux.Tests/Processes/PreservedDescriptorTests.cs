using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Oci.Runtime.Linux.Processes;
using Oci.Runtime.Linux.Tests.Lifecycle;

namespace Oci.Runtime.Linux.Tests.Processes;

[Collection(ContainerCollection.Name)]
public sealed class PreservedDescriptorTests
{
    private const string ReadAll = "i=3; while test -e /proc/self/fd/$i; do cat <&$i; i=$((i + 1)); done; echo end $i";

    private static SafeFileHandle[] Open(ContainerHost host, int count) => [.. Enumerable.Range(0, count).Select(i =>
    {
        string path = host.Combine(string.Create(CultureInfo.InvariantCulture, $"file{i}"));
        File.WriteAllText(path, string.Create(CultureInfo.InvariantCulture, $"{i},"));
        return File.OpenHandle(path);
    })];

    private static string Expected(int count) => string.Concat(Enumerable.Range(0, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i},"))) + $"end {count + 3}\n";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(200)]
    public async Task CreateAsync_PreservedDescriptors_AreThreeAndSoOn(int count)
    {
        await using var host = new ContainerHost();
        SafeFileHandle[] files = Open(host, count);
        await using Container container = await host.Runtime.CreateAsync("p", await host.BundleAsync(ContainerHost.Spec("sh", "-c", ReadAll)), new() { Stdio = ContainerStdio.Pipes, PreservedDescriptors = files });
        // The container has its own by now.
        foreach (SafeFileHandle file in files)
        {
            file.Dispose();
        }

        await container.StartAsync();

        Assert.Equal(Expected(count), await new StreamReader(container.StandardOutput!).ReadToEndAsync());
        Assert.True((await container.WaitAsync()).IsSuccess);
        await container.DeleteAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    public async Task ExecAsync_PreservedDescriptors_AreThreeAndSoOn(int count)
    {
        await using ExecHost host = await ExecHost.StartAsync();
        SafeFileHandle[] files = Open(host.Host, count);

        ContainerRun run = await host.RunAsync(new ExecOptions { Args = ["sh", "-c", ReadAll], PreservedDescriptors = files });

        Assert.Equal(Expected(count), run.Output);
        Assert.All(files, f => Assert.False(f.IsClosed));
        Array.ForEach(files, f => f.Dispose());
    }

    [Fact]
    public async Task StartAsync_ProgramGoneSinceCreation_IsStillTold()
    {
        await using var host = new ContainerHost();
        string program = Path.Combine(host.RootPath, "bin", "gone");
        File.Copy(Path.Combine(host.RootPath, "bin", "busybox"), program);
        SafeFileHandle[] files = Open(host, 3);
        await using Container container = await host.Runtime.CreateAsync("p", await host.BundleAsync(ContainerHost.Spec("/bin/gone")), new() { Stdio = ContainerStdio.Null, PreservedDescriptors = files });
        File.Delete(program);

        var e = await Assert.ThrowsAsync<ContainerException>(() => container.StartAsync());

        Assert.Equal("executing /bin/gone", e.Step);
        Array.ForEach(files, f => f.Dispose());
        await container.DeleteAsync(force: true);
    }

    [Fact]
    public async Task CreateAsync_StepFailsWithPreservedDescriptors_IsTold()
    {
        await using var host = new ContainerHost();
        SafeFileHandle[] files = Open(host, 3);

        var e = await Assert.ThrowsAsync<ContainerException>(async () => await host.Runtime.CreateAsync("p", await host.BundleAsync(ContainerHost.Spec("nosuch")), new() { Stdio = ContainerStdio.Null, PreservedDescriptors = files }));

        Assert.Equal("looking for nosuch", e.Step);
        Array.ForEach(files, f => f.Dispose());
    }

    [Fact]
    public void PreservedDescriptors_TooMany_AreRefused()
    {
        using var file = new SafeFileHandle(-1, ownsHandle: false);

        Assert.Throws<ArgumentOutOfRangeException>(() => new CreateContainerOptions { PreservedDescriptors = [.. Enumerable.Repeat(file, 1025)] });
        Assert.Throws<ArgumentNullException>(() => new ExecOptions { Args = ["a"], PreservedDescriptors = null! });
    }
}
