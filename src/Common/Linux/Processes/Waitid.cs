using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Oci.Common.Linux;

internal static unsafe partial class Libc
{
    public const int CLD_EXITED = 1;
    public const int CLD_KILLED = 2;
    public const int CLD_DUMPED = 3;

    private const int P_PID = 1;
    private const int P_PGID = 2;
    private const int P_PIDFD = 3;
    private const int WNOHANG = 1;
    private const int WEXITED = 4;
    private const int WNOWAIT = 0x01000000;

    /// <summary>The part of siginfo_t that waitid(2) fills; 128 bytes.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 128)]
    internal struct ChildStatus
    {
        public int si_signo;
        public int si_errno;
        public int si_code;
        private readonly int _pad;
        public int si_pid;
        public uint si_uid;
        public int si_status;
    }

    /// <summary>waitid(2) P_PIDFD for a child's end, without waiting; <c>si_pid</c> is 0 where it still runs.</summary>
    /// <param name="pidfd">The child.</param>
    /// <param name="leaves">Whether it stays a zombie, to be waited for again.</param>
    /// <param name="status">How it ended.</param>
    public static Errno WaitForPidfd(SafeFileHandle pidfd, bool leaves, out ChildStatus status)
    {
        bool added = false;
        try
        {
            pidfd.DangerousAddRef(ref added);
            return Wait(P_PIDFD, (int)pidfd.DangerousGetHandle(), WEXITED | WNOHANG | (leaves ? WNOWAIT : 0), out status);
        }
        finally
        {
            if (added)
            {
                pidfd.DangerousRelease();
            }
        }
    }

    /// <summary>waitid(2) P_PID: waits until the child has ended.</summary>
    public static Errno WaitForPid(int pid, out ChildStatus status) => Wait(P_PID, pid, WEXITED, out status);

    /// <summary>waitid(2) P_PGID: waits until one child of the process group has ended; ECHILD where there is none.</summary>
    public static Errno WaitForGroup(int group, out ChildStatus status) => Wait(P_PGID, group, WEXITED, out status);

    private static Errno Wait(int type, int id, int options, out ChildStatus status)
    {
        status = default;
        fixed (ChildStatus* s = &status)
        {
            Errno errno;
            while (Interrupted(waitid(type, id, s, options), out errno))
            {
            }
            return errno;
        }
    }

    [LibraryImport(Library, SetLastError = true)]
    private static partial int waitid(int idtype, int id, ChildStatus* info, int options);
}
