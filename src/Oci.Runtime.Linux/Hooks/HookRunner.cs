using System.Diagnostics;
using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Runtime.Linux.Launching;
using Oci.Runtime.Linux.Planning;
using Oci.Runtime.Linux.Processes;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Hooks;

/// <summary>Runs one hook to its end (runtime-spec, config.md, "POSIX-platform Hooks").</summary>
internal sealed class HookRunner(ContainerPlan plan, HookCall call, SafeFileHandle executable, TimeProvider time)
{
    /// <summary>What a timer can count, 49 days; a hook that may take longer has no limit.</summary>
    private const int MostSeconds = (int)((uint.MaxValue - 1) / 1000);

    /// <summary>The container's process, where the hook enters its namespaces.</summary>
    public SafeFileHandle? Container { get; init; }

    /// <summary>Puts the process named into the container's cgroup, where the plan asks for it.</summary>
    public Action<int> EnterCgroup { get; init; } = static _ => { };

    /// <summary>Passes the descriptor that the container's seccomp filter notifies on, where a hook has the filter.</summary>
    public Func<SafeFileHandle, int, CancellationToken, Task>? SendSeccompListenerAsync { get; init; }

    /// <summary>Runs it.</summary>
    /// <param name="state">What it gets on its standard input.</param>
    /// <param name="cancellationToken">Kills it.</param>
    /// <exception cref="ContainerException">It could not be run, failed, or took too long; no process of its group is left then.</exception>
    public async Task RunAsync(ContainerState state, CancellationToken cancellationToken)
    {
        using SafeFileHandle input = WriteInput(state);
        using var output = new HookOutput();
        using var clock = new CancellationTokenSource(call.Hook.Timeout is int seconds && seconds <= MostSeconds ? TimeSpan.FromSeconds(seconds) : Timeout.InfiniteTimeSpan, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, clock.Token);
        WatchedProcess process;
        try
        {
            process = await LaunchAsync(input, output.Writer, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw TimedOut("");
        }
        output.Writer.Dispose();
        output.BeginReading();
        try
        {
            ExitStatus status = await process.Exited.WaitAsync(limit.Token).ConfigureAwait(false);
            string printed = await output.EndAsync().ConfigureAwait(false);
            if (!status.IsSuccess)
            {
                throw Failed(status, printed);
            }
        }
        catch (OperationCanceledException)
        {
            process.SignalGroup(Libc.SIGKILL);
            await process.Exited.ConfigureAwait(false);
            string printed = await output.EndAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            throw TimedOut(printed);
        }
    }

    private async Task<WatchedProcess> LaunchAsync(SafeFileHandle input, SafeFileHandle output, CancellationToken cancellationToken)
    {
        var descriptors = new List<(SafeFileHandle, int)>
        {
            (input, InitDescriptors.StandardInput),
            (output, InitDescriptors.StandardOutput),
            (output, InitDescriptors.StandardError),
        };
        if (Container is not null)
        {
            descriptors.Add((Container, InitDescriptors.Container));
        }
        LaunchResult launched = await ContainerLauncher.LaunchAsync(
            new LaunchRequest
            {
                Plan = plan,
                Executable = executable,
                Descriptors = descriptors,
                PrepareAsync = (pid, _) =>
                {
                    EnterCgroup(pid);
                    return Task.CompletedTask;
                },
                OnMade = static _ => { },
                SendSeccompListenerAsync = SendSeccompListenerAsync ?? (static (_, _, _) => throw new UnreachableException("This hook has no filter.")),
            },
            cancellationToken).ConfigureAwait(false);
        return launched.Process;
    }

    /// <summary>A file in memory, unlike a pipe, neither waits for a hook that does not read nor breaks when one closes it.</summary>
    private static SafeFileHandle WriteInput(ContainerState state)
    {
        Libc.MemfdCreate("oci-state\0"u8, 0, out SafeFileHandle? file).ThrowIfFailed("memfd_create");
        RandomAccess.Write(file!, state.ToUtf8Bytes(), 0);
        return file!;
    }

    private ContainerException Failed(ExitStatus status, string printed) =>
        Failure($"it ended with {status}", printed, "The hook itself failed: look at what it printed, or run it by hand with the container's state on its standard input.");

    private ContainerException TimedOut(string printed) =>
        Failure(
            string.Create(CultureInfo.InvariantCulture, $"it took more than {call.Hook.Timeout} s and was killed"),
            printed,
            "Give it more time (timeout), or find out what it waits for.");

    private ContainerException Failure(string detail, string printed, string hint) =>
        ContainerException.From(
            new ContainerFailure { ContainerId = plan.ContainerId, Step = call.Label, Path = call.Hook.Path, SpecPointer = call.SpecPointer, Hint = hint },
            printed.Length == 0 ? detail : $"{detail} and printed: {printed}");
}
