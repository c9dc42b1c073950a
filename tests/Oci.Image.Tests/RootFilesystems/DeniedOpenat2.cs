using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;

namespace Oci.Image.Tests.RootFilesystems;

/// <summary>Takes openat2(2) away as kernels before 5.6 do, by a seccomp filter that answers ENOSYS.</summary>
internal static unsafe partial class DeniedOpenat2
{
    private const int PR_SET_NO_NEW_PRIVS = 38;
    private const int PR_SET_SECCOMP = 22;
    private const int SECCOMP_MODE_FILTER = 2;

    /// <summary>For the calling thread alone, until it ends. Checks that the call is gone.</summary>
    public static void OnThisThread()
    {
        // ld nr; jeq openat2, 0, 1; ret ERRNO | ENOSYS; ret ALLOW (seccomp(2)). The number is the same on x64 and arm64.
        ulong* filter = stackalloc ulong[] { 0x0000000000000020, (437UL << 32) | 0x01000015, (0x00050026UL << 32) | 0x06, (0x7fff0000UL << 32) | 0x06 };
        var program = new Program { Length = 4, Filter = filter };
        Assert.Equal(0, prctl(PR_SET_NO_NEW_PRIVS, 1, null, 0, 0));
        Assert.Equal(0, prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0));
        using RootDirectory root = RootDirectory.Open("/");
        Assert.Equal(Errno.ENOSYS, Libc.Openat2(root.Handle, ".\0"u8, Libc.O_PATH, 0, Libc.RESOLVE_IN_ROOT, out SafeFileHandle? _));
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Program
    {
        public ushort Length;
        public ulong* Filter;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int prctl(int option, nint arg2, Program* arg3, nint arg4, nint arg5);
}
