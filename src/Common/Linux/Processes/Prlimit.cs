using System.Runtime.InteropServices;

namespace Oci.Common.Linux;

internal static unsafe partial class Libc
{
    /// <summary>struct rlimit64, 16 bytes.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct ResourceLimit
    {
        public ulong rlim_cur;
        public ulong rlim_max;
    }

    /// <summary>prlimit(2) of another process, to set a limit.</summary>
    public static Errno Prlimit(int pid, int resource, ResourceLimit limit)
    {
        Errno errno;
        while (Interrupted(prlimit64(pid, resource, &limit, null), out errno))
        {
        }
        return errno;
    }

    [LibraryImport(Library, SetLastError = true)]
    private static partial int prlimit64(int pid, int resource, ResourceLimit* newLimit, ResourceLimit* oldLimit);
}
