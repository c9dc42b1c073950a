using System.Runtime.InteropServices;

namespace Oci.Common.Linux;

internal static partial class Libc
{
    public const int SIGKILL = 9;
    public const int SIGTERM = 15;
    public const int SIGCONT = 18;
    public const int SIGWINCH = 28;

    /// <summary>kill(2). Only for a child that has not been waited for: any other number may be someone else's by now.</summary>
    public static Errno Kill(int pid, int signal) => kill(pid, signal) < 0 ? LastErrno : Errno.None;

    [LibraryImport(Library, SetLastError = true)]
    private static partial int kill(int pid, int signal);
}
