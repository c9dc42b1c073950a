using System.Text;
using Oci.Image;
using Oci.Image.RootFilesystems;
using Oci.Runtime.Linux.Processes;
using Oci.Runtime.Linux.Spec;
using Oci.Runtime.Linux.Tests.Lifecycle;

namespace Oci.Runtime.Linux.Tests.Running;

[Collection(ContainerCollection.Name)]
public class ImageRunTests
{
    [Fact]
    public async Task RunAsync_OfAnImage_GivesItsStatusAndLeavesNothing()
    {
        await using var host = new ContainerHost();
        OciImage image = await TestImage.BusyBoxAsync("true");

        ExitStatus status = await host.Runtime.RunAsync(image, ["sh", "-c", "exit 7"], Options(host));

        Assert.Equal(ExitStatus.FromCode(7), status);
        Assert.Empty(Directory.GetFileSystemEntries(host.Combine("work")));
    }

    [Fact]
    public async Task RunAsync_ByReference_RunsTheImagesOwnCommand()
    {
        await using var host = new ContainerHost();
        OciImage image = await TestImage.BusyBoxAsync("echo", "by reference");
        RunOptions options = Options(host);
        using var output = new MemoryStream();
        options.StandardOutput = output;

        ExitStatus status = await host.Runtime.RunAsync(image.Source, "test", options: options);

        Assert.True(status.IsSuccess);
        Assert.Equal("by reference\n", Text(output));
    }

    [Fact]
    public async Task RunAsync_Streams_AreCarriedWhole()
    {
        await using var host = new ContainerHost();
        OciImage image = await TestImage.BusyBoxAsync("true");
        byte[] sent = new byte[1_000_000];
        new Random(1).NextBytes(sent);
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        RunOptions options = Options(host);
        (options.StandardInput, options.StandardOutput, options.StandardError) = (new MemoryStream(sent), output, error);

        ExitStatus status = await host.Runtime.RunAsync(image, ["sh", "-c", "cat; echo done >&2"], options);

        Assert.True(status.IsSuccess);
        Assert.Equal(sent, output.ToArray());
        Assert.Equal("done\n", Text(error));
    }

    [Fact]
    public async Task RunAsync_InputThatIsNotRead_EndsWithTheProgram()
    {
        await using var host = new ContainerHost();
        OciImage image = await TestImage.BusyBoxAsync("true");
        RunOptions options = Options(host);
        options.StandardInput = new MemoryStream(new byte[1_000_000]);

        Assert.True((await host.Runtime.RunAsync(image, null, options)).IsSuccess);
    }

    [Fact]
    public async Task RunAsync_OutputThatFails_KillsTheContainerAndThrowsThat()
    {
        await using var host = new ContainerHost();
        OciImage image = await TestImage.BusyBoxAsync("true");
        RunOptions options = Options(host);
        options.StandardOutput = new RefusingStream();

        var e = await Assert.ThrowsAsync<IOException>(() => host.Runtime.RunAsync(image, ["sh", "-c", "echo x; sleep 1000"], options));

        Assert.Equal("refused", e.Message);
        Assert.Empty(Directory.GetFileSystemEntries(host.Combine("work")));
    }

    [Fact]
    public async Task RunAsync_Options_ReachTheContainer()
    {
        await using var host = new ContainerHost();
        OciImage image = await TestImage.BusyBoxAsync("true");
        Directory.CreateDirectory(host.Combine("shared"));
        await File.WriteAllTextAsync(host.Combine("shared", "note"), "shared");
        RunOptions options = Options(host);
        using var output = new MemoryStream();
        options.StandardOutput = output;
        options.Environment = ["COLOUR=blue"];
        options.User = "web";
        options.WorkingDirectory = "/tmp";
        options.Hostname = "box";
        options.ReadonlyRoot = true;
        options.Mounts = [new MountSpec { Destination = "/shared", Type = "bind", Source = host.Combine("shared"), Options = ["bind", "ro"] }];

        await host.Runtime.RunAsync(image, ["sh", "-c", "echo $COLOUR $HOME $PWD; hostname; cat /shared/note; touch /x 2>/dev/null || echo -n ' ro'"], options);

        Assert.Equal("blue /home /tmp\nbox\nshared ro", Text(output));
    }

    [Theory]
    [InlineData(RunNetwork.None, false)]
    [InlineData(RunNetwork.Host, true)]
    public async Task RunAsync_Network_IsItsOwnOrTheHosts(RunNetwork network, bool isHosts)
    {
        await using var host = new ContainerHost();
        OciImage image = await TestImage.BusyBoxAsync("true");
        RunOptions options = Options(host);
        using var output = new MemoryStream();
        options.StandardOutput = output;
        options.Network = network;

        await host.Runtime.RunAsync(image, ["readlink", "/proc/self/ns/net"], options);

        Assert.Equal(isHosts, Text(output).Trim() == new FileInfo("/proc/self/ns/net").LinkTarget);
    }

    [Fact]
    public async Task RunAsync_Cancelled_KillsTheContainerAndLeavesNothing()
    {
        await using var host = new ContainerHost();
        OciImage image = await TestImage.BusyBoxAsync("sleep", "1000");
        using var cancel = new CancellationTokenSource();
        RunOptions options = Options(host);
        options.Progress = new Watcher(p =>
        {
            if (p.Stage == RunStage.Running)
            {
                cancel.Cancel();
            }
        });

        var e = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => host.Runtime.RunAsync(image, null, options, cancel.Token));

        Assert.Equal(cancel.Token, e.CancellationToken);
        Assert.Empty(Directory.GetFileSystemEntries(host.Combine("work")));
    }

    [Fact]
    public async Task RunAsync_NoSuchProgram_NamesItAndLeavesNothing()
    {
        await using var host = new ContainerHost();
        OciImage image = await TestImage.BusyBoxAsync("true");

        var e = await Assert.ThrowsAsync<ContainerException>(() => host.Runtime.RunAsync(image, ["/no/such"], Options(host)));

        Assert.Contains("/no/such", e.Message);
        Assert.NotNull(e.Step);
        Assert.Empty(Directory.GetFileSystemEntries(host.Combine("work")));
    }

    [Fact]
    public async Task RunAsync_ABadLayer_NamesItAndLeavesNothing()
    {
        await using var host = new ContainerHost();
        OciImage image = await TestImage.MakeAsync(["true"], layer => layer.Tar.WriteEntryAsync(new() { Name = "../out"u8.ToArray() }, default).AsTask());

        var e = await Assert.ThrowsAsync<UnpackException>(() => host.Runtime.RunAsync(image, null, Options(host)));

        Assert.Equal(0, e.LayerIndex);
        Assert.Empty(Directory.GetFileSystemEntries(host.Combine("work")));
    }

    [Fact]
    public async Task RunAsync_Progress_NamesTheStagesInOrder()
    {
        await using var host = new ContainerHost();
        OciImage image = await TestImage.BusyBoxAsync("true");
        var stages = new List<RunStage>();
        RunOptions options = Options(host);
        options.Progress = new Watcher(p => stages.Add(p.Stage));

        await host.Runtime.RunAsync(image, null, options);

        Assert.Equal([RunStage.Unpacking, RunStage.Creating, RunStage.Running, RunStage.Removing], stages.Distinct());
    }

    [Fact]
    public async Task RunAsync_ByDefault_FiltersSystemCalls()
    {
        await using var host = new ContainerHost();
        OciImage image = await TestImage.BusyBoxAsync("true");
        RunOptions options = Options(host);
        using var output = new MemoryStream();
        options.StandardOutput = output;

        await host.Runtime.RunAsync(image, ["grep", "^Seccomp:", "/proc/self/status"], options);

        Assert.Equal("Seccomp:\t2", Text(output).Trim());
    }

    private static RunOptions Options(ContainerHost host) => new()
    {
        WorkDirectory = host.Combine("work"),
        Stdio = ContainerStdio.Null,
        Configure = spec => spec with { Linux = spec.Linux! with { CgroupsPath = ContainerHost.Spec("true").Linux!.CgroupsPath } },
    };

    private static string Text(MemoryStream stream) => Encoding.UTF8.GetString(stream.ToArray());

    private sealed class Watcher(Action<RunProgress> report) : IProgress<RunProgress>
    {
        public void Report(RunProgress value) => report(value);
    }

    private sealed class RefusingStream : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.FromException(new IOException("refused"));
    }
}
