namespace Oci.Runtime.Linux.Seccomp;

/// <summary>What socketcall(2) and ipc(2) of x86 take as their first argument (include/uapi/linux/net.h and ipc.h).</summary>
internal static class MultiplexedCalls
{
    private static readonly string[] SocketCalls =
    [
        "socket", "bind", "connect", "listen", "accept", "getsockname", "getpeername", "socketpair", "send", "recv", "sendto",
        "recvfrom", "shutdown", "setsockopt", "getsockopt", "sendmsg", "recvmsg", "accept4", "recvmmsg", "sendmmsg",
    ];

    private static readonly Dictionary<string, uint> IpcCalls = new(StringComparer.Ordinal)
    {
        ["semop"] = 1, ["semget"] = 2, ["semctl"] = 3, ["semtimedop"] = 4, ["msgsnd"] = 11, ["msgrcv"] = 12, ["msgget"] = 13,
        ["msgctl"] = 14, ["shmat"] = 21, ["shmdt"] = 22, ["shmget"] = 23, ["shmctl"] = 24,
    };

    /// <summary>The call that <paramref name="name"/> is reached by too, and what that takes for it.</summary>
    public static bool TryGet(string name, out string multiplexer, out uint code)
    {
        multiplexer = "socketcall";
        code = (uint)(Array.IndexOf(SocketCalls, name) + 1);
        if (code != 0)
        {
            return true;
        }
        multiplexer = "ipc";
        return IpcCalls.TryGetValue(name, out code);
    }
}
