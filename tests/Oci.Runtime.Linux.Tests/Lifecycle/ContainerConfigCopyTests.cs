using Oci.Runtime.Linux.Bundles;
using Oci.Runtime.Linux.Processes;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Lifecycle;

/// <summary>The copies that the state directory keeps, replaced by what no runtime puts there.</summary>
[Collection(ContainerCollection.Name)]
public sealed class ContainerConfigCopyTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("truncated")]
    [InlineData("huge")]
    [InlineData("link")]
    [InlineData("fifo")]
    [InlineData("directory")]
    [InlineData("missing")]
    public async Task Container_CopyOfItsConfigurationReplaced_SaysSoAndCanBeDeleted(string kind)
    {
        await using var host = new ContainerHost();
        await using Container created = await host.CreateAsync(WithHooks(), ContainerStdio.Null);
        await ReplaceAsync(host, Path.Combine(host.Runtime.Root, created.Id, "config.json"), kind);

        // One that has not read it yet, as in another process.
        await using Container? found = await host.Runtime.GetAsync(created.Id);

        var e = await Assert.ThrowsAnyAsync<ContainerException>(() => Task.Run(() => found!.ExecAsync(new() { Args = ["true"] })).WaitAsync(Patience));
        Assert.NotEmpty(e.Message);
        await Assert.ThrowsAnyAsync<ContainerException>(() => Task.Run(() => found!.StartAsync()).WaitAsync(Patience));
        Assert.Equal(ContainerStatus.Created, (await found!.GetStateAsync()).Status);
        await Task.Run(() => found.DeleteAsync(force: true)).WaitAsync(Patience);
        Assert.Contains(found.Warnings, w => w.StartsWith("The poststop hooks were not run", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task ExecAsync_CopyIsAnotherUsers_IsNotRead()
    {
        Requires.Root();
        await using var host = new ContainerHost();
        await using Container created = await host.CreateAsync(ContainerHost.Spec("true"), ContainerStdio.Null);
        string file = Path.Combine(host.Runtime.Root, created.Id, "config.json");
        (await ToolResult.RunAsync("chown", ["65534", file])).EnsureSuccess();
        await using Container? found = await host.Runtime.GetAsync(created.Id);

        var e = await Assert.ThrowsAsync<ContainerException>(() => found!.ExecAsync(new() { Args = ["true"] }));

        Assert.Contains("another user's", e.Message, StringComparison.Ordinal);
        await found!.DeleteAsync(force: true);
    }

    [Theory]
    [InlineData("link")]
    [InlineData("fifo")]
    public async Task GetAsync_RecordReplaced_IsNotReadAndNotWaitedFor(string kind)
    {
        await using var host = new ContainerHost();
        await using Container created = await host.CreateAsync(ContainerHost.Spec("true"), ContainerStdio.Null);
        string file = Path.Combine(host.Runtime.Root, created.Id, "state.json");
        byte[] whole = File.ReadAllBytes(file);
        await ReplaceAsync(host, file, kind);

        var e = await Assert.ThrowsAsync<InvalidDataException>(() => Task.Run(() => host.Runtime.GetAsync(created.Id)).WaitAsync(Patience));

        Assert.Contains(file, e.Message, StringComparison.Ordinal);
        File.Delete(file);
        File.WriteAllBytes(file, whole);
        await created.DeleteAsync();
    }

    [Fact]
    public async Task OpenAsync_ConfigurationIsAFifo_IsNotWaitedFor()
    {
        using var folder = new TempDirectory();
        (await ToolResult.RunAsync("mkfifo", [folder.Combine("config.json")])).EnsureSuccess();

        var e = await Assert.ThrowsAsync<IOException>(() => Task.Run(() => Bundle.OpenAsync(folder.Path)).WaitAsync(Patience));

        Assert.Contains("is a FIFO", e.Message, StringComparison.Ordinal);
    }

    /// <summary>With a hook, the start and the deletion read the configuration too.</summary>
    private static RuntimeSpec WithHooks()
    {
        var hook = new HookSpec { Path = "/bin/true" };
        return ContainerHost.Spec("true") with { Hooks = new HooksSpec { Poststart = [hook], Poststop = [hook] } };
    }

    private static async Task ReplaceAsync(ContainerHost host, string file, string kind)
    {
        byte[] whole = File.ReadAllBytes(file);
        File.Delete(file);
        switch (kind)
        {
            case "truncated":
                File.WriteAllBytes(file, whole[..(whole.Length / 2)]);
                break;
            case "huge":
                using (FileStream huge = File.Create(file))
                {
                    huge.SetLength(1L << 40);
                }
                break;
            case "link":
                // What it leads to is a true one, which would do something.
                File.WriteAllBytes(host.Combine("other.json"), whole);
                File.CreateSymbolicLink(file, host.Combine("other.json"));
                break;
            case "fifo":
                (await ToolResult.RunAsync("mkfifo", [file])).EnsureSuccess();
                break;
            case "directory":
                Directory.CreateDirectory(file);
                break;
        }
    }
}
