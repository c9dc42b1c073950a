using System.Diagnostics;
using Microsoft.Win32.SafeHandles;
using Oci.Runtime.Linux.Planning;
using Oci.Runtime.Linux.Processes;

namespace Oci.Runtime.Linux.Launching;

/// <summary>What a launch needs beside the plan.</summary>
internal sealed record LaunchRequest
{
    public required ContainerPlan Plan { get; init; }

    /// <summary>The init, of <see cref="InitExecutable"/>.</summary>
    public required SafeFileHandle Executable { get; init; }

    /// <summary>The container's descriptors, by the numbers of <see cref="InitDescriptors"/>.</summary>
    public required IReadOnlyList<(SafeFileHandle File, int Target)> Descriptors { get; init; }

    /// <summary>Maps the ids and enters the cgroup of the process named; called once if the plan asks for it.</summary>
    public required Func<int, CancellationToken, Task> PrepareAsync { get; init; }

    /// <summary>Takes the master of the process's terminal, which it owns from then on, and its number; null where the plan makes none.</summary>
    public Action<SafeFileHandle, long>? TakeTerminal { get; init; }

    /// <summary>Whether the process is left a zombie when it has ended, for who is its parent then.</summary>
    public bool LeavesProcess { get; init; }

    /// <summary>Takes note of the container's process while it is set up: if this process dies, it must be found again.</summary>
    public required Action<WatchedProcess> OnMade { get; init; }

    /// <summary>Passes the descriptor that the seccomp filter notifies on, for the process named; it stays the caller's.</summary>
    public Func<SafeFileHandle, int, CancellationToken, Task> SendSeccompListenerAsync { get; init; } =
        static (_, _, _) => throw new InvalidDataException("the container's init sent a seccomp listener that nobody has asked for");

    /// <summary>Moves the network devices; the netlink socket of the container's namespace is the callee's, the process is in it.</summary>
    public Action<SafeFileHandle, int> MoveNetDevices { get; init; } =
        static (socket, _) =>
        {
            socket.Dispose();
            throw new InvalidDataException("the container's init sent a netlink socket that nobody has asked for");
        };

    /// <summary>How many hooks the creation has.</summary>
    public int HookCount { get; init; }

    /// <summary>Runs the hook with that index among those of the creation.</summary>
    public Func<int, CancellationToken, Task> RunHookAsync { get; init; } =
        static (index, _) => throw new UnreachableException($"A hook {index} that nobody has asked for.");
}
