using Oci.Runtime.Linux.Launching;
using Oci.Runtime.Linux.Planning;
using Oci.Runtime.Linux.Processes;
using Oci.Runtime.Linux.Tests.Lifecycle;

namespace Oci.Runtime.Linux.Tests.Launching;

/// <summary>Programs that say to the launcher what no plan makes them say.</summary>
[Collection(ContainerCollection.Name)]
public sealed class ContainerLauncherTests
{
    private static readonly PlanArgument Parent = InitDescriptors.Parent;

    [Theory]
    [InlineData(3, -1, "warning -1")]
    [InlineData(3, 1, "warning 1")]
    [InlineData(3, long.MaxValue, "warning 9223372036854775807")]
    [InlineData(8, 0, "request 0")]
    [InlineData(8, 4294967296, "request 4294967296")]
    [InlineData(7, 0, "hook 0")]
    [InlineData(4, 0, "Ready before there was a process")]
    [InlineData(2, 0, "Made without its descriptor")]
    [InlineData(5, 0, "Terminal before there was a process")]
    [InlineData(9, 0, "SeccompListener before there was a process")]
    [InlineData(10, 0, "NetDevices before there was a process")]
    [InlineData(6, 0, "times that nobody has asked for")]
    [InlineData(0, 0, "unknown kind")]
    [InlineData(11, 0, "unknown kind")]
    [InlineData(0x10000000, 0, "a step that there is not")]
    [InlineData(0x1fff0000, 0, "a step that there is not")]
    [InlineData(0x20000000, 0, "a step that there is not")]
    [InlineData(-1, 0, "a step that there is not")]
    public Task LaunchAsync_ForgedMessage_IsRefusedAndLeavesNothing(long kind, long value, string expected) =>
        RefuseAsync(expected, builder => Send(builder, kind, value));

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(0x10000000)]
    public Task LaunchAsync_DescriptorWhereNoneIsDue_IsClosed(long kind) =>
        RefuseAsync("the container's init sent", builder => SendDescriptors(builder, kind));

    [Fact]
    public Task LaunchAsync_NoPidfd_IsRefusedAndClosed() =>
        RefuseAsync("no pidfd", builder => SendDescriptors(builder, (long)PlanMark.Made));

    [Fact]
    public Task LaunchAsync_PreparedTwice_IsRefused() =>
        RefuseAsync("second request", builder =>
        {
            Send(builder, (long)PlanMark.Prepare, 0);
            Send(builder, (long)PlanMark.Prepare, 0);
        });

    [Fact]
    public Task LaunchAsync_ShortMessages_EndItAllTheSame() =>
        RefuseAsync("unknown kind", builder =>
        {
            for (int i = 0; i < 5; i++)
            {
                builder.Add(SystemCall.sendto, [Parent, PlanArgument.AddressOf(PlanBuilder.Struct("short", 1)), 5, PlanFlags.NoSignal]);
            }
        });

    [Theory]
    [InlineData(2, true, "a second process")]
    [InlineData(1, true, "Prepare with a descriptor")]
    [InlineData(3, true, "Warning with a descriptor")]
    [InlineData(4, true, "Ready with a descriptor")]
    [InlineData(5, true, "a terminal that nobody has asked for")]
    [InlineData(5, false, "Terminal without its descriptor")]
    [InlineData(9, true, "a seccomp listener that nobody has asked for")]
    [InlineData(9, false, "SeccompListener without its descriptor")]
    [InlineData(10, true, "a netlink socket that nobody has asked for")]
    [InlineData(10, false, "NetDevices without its descriptor")]
    [InlineData(7, false, "hook 0")]
    [InlineData(8, false, "request 0")]
    [InlineData(0x10000000, false, "a step that there is not")]
    [InlineData(0x10000000, true, "the container's init sent")]
    public async Task LaunchAsync_ForgedOnceThereIsAProcess_IsRefusedAndEndsIt(long kind, bool hasDescriptor, string expected)
    {
        int made = 0;

        await RefuseAsync(
            expected,
            builder =>
            {
                PlanCell self = PlanCell.Slot("self");
                PlanCell pidfd = PlanCell.Slot("pidfd");
                builder.Add(SystemCall.getpid, [], result: self);
                builder.Add(SystemCall.pidfd_open, [self, 0], result: pidfd);
                SendDescriptor(builder, (long)PlanMark.Made, pidfd);
                if (hasDescriptor)
                {
                    SendDescriptor(builder, kind, pidfd);
                }
                else
                {
                    Send(builder, kind, 0);
                }
            },
            process => made = process.Pid);

        Assert.NotEqual(0, made);
        Assert.False(Directory.Exists($"/proc/{made}"));
    }

    private static void Send(PlanBuilder builder, long kind, long value) =>
        builder.Add(SystemCall.sendto, [Parent, PlanArgument.AddressOf(PlanBuilder.Struct("forged", kind, value)), ProgramLayout.FrameSize, PlanFlags.NoSignal]);

    private static void SendDescriptors(PlanBuilder builder, long kind)
    {
        // struct cmsghdr with two descriptors behind it: the second is one more than can be due.
        PlanCell control = PlanBuilder.Struct("control", 24, 1 | (1L << 32), InitDescriptors.Parent | ((long)InitDescriptors.Parent << 32));
        PlanCell vector = PlanBuilder.Struct("vector", 0, ProgramLayout.FrameSize).PointTo(0, PlanBuilder.Struct("forged", kind, 0));
        PlanCell message = PlanBuilder.Struct("message", 0, 0, 0, 1, 0, 24, 0).PointTo(16, vector).PointTo(32, control);
        builder.Add(SystemCall.sendmsg, [Parent, PlanArgument.AddressOf(message), PlanFlags.NoSignal]);
    }

    private static void SendDescriptor(PlanBuilder builder, long kind, PlanCell descriptor)
    {
        PlanCell control = PlanBuilder.Struct("control", 20, 1 | (1L << 32), 0);
        PlanCell vector = PlanBuilder.Struct("vector", 0, ProgramLayout.FrameSize).PointTo(0, PlanBuilder.Struct("forged", kind, 0));
        PlanCell message = PlanBuilder.Struct("message", 0, 0, 0, 1, 0, 24, 0).PointTo(16, vector).PointTo(32, control);
        builder.Move(control, PlanArgument.ValueOf(descriptor), offset: 16);
        builder.Add(SystemCall.sendmsg, [Parent, PlanArgument.AddressOf(message), PlanFlags.NoSignal]);
    }

    private static async Task RefuseAsync(string expected, Action<PlanBuilder> forge, Action<WatchedProcess>? onMade = null)
    {
        await using var host = new ContainerHost();
        var builder = new PlanBuilder(ProgramArchitectures.Current);
        builder.Begin("forging");
        forge(builder);
        // Whatever it is answered, it stays until it is killed.
        for (int i = 0; i < 3; i++)
        {
            builder.Add(SystemCall.read, [Parent, PlanArgument.AddressOf(new PlanCell("answer", new byte[8])), 8]);
        }
        builder.Add(SystemCall.exit_group, [0]);
        // A message that is taken for good would leave both sides waiting: one asynchronously, or in waitpid(2).
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var plan = new ContainerPlan("forged", builder.Architecture, builder.Steps, new PlanHandshake { Warnings = ["one"] });

        var e = await Assert.ThrowsAsync<ContainerException>(() => Task.Run(() => ContainerLauncher.LaunchAsync(
            new LaunchRequest
            {
                Plan = plan,
                Executable = InitExecutable.Open(host.Combine()),
                Descriptors = [],
                PrepareAsync = static (_, _) => Task.CompletedTask,
                OnMade = onMade ?? (static _ => Assert.Fail("Nothing was made.")),
            },
            limit.Token)).WaitAsync(TimeSpan.FromSeconds(30)));

        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }
}
