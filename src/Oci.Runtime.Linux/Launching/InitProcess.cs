using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;

namespace Oci.Runtime.Linux.Launching;

/// <summary>Starts the tiny init with a program.</summary>
internal static class InitProcess
{
    private const int MinimumDescriptor = 64;

    /// <summary>Starts it by posix_spawn(3), which copies nothing of this process however large it is.</summary>
    /// <param name="executable">The init, of <see cref="InitExecutable"/>.</param>
    /// <param name="program">What <see cref="Planning.ProgramEncoder"/> made.</param>
    /// <param name="descriptors">What else it gets, by number of <see cref="InitDescriptors"/>.</param>
    /// <returns>The process id of a child that the caller must wait for.</returns>
    public static int Start(SafeFileHandle executable, ReadOnlySpan<byte> program, IReadOnlyList<(SafeFileHandle File, int Target)> descriptors)
    {
        var raised = new List<SafeFileHandle>(descriptors.Count + 1);
        try
        {
            using SafeFileHandle file = WriteProgram(program);
            Span<(int, int)> actions = stackalloc (int, int)[descriptors.Count + 1];
            actions[0] = (Raise(file), InitDescriptors.Program);
            for (int i = 0; i < descriptors.Count; i++)
            {
                actions[i + 1] = (Raise(descriptors[i].File), descriptors[i].Target);
            }
            byte[] path = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{executable.DangerousGetHandle()}\0"));
            Errno errno;
            int pid;
            int attempts = 0;
            do
            {
                // ETXTBSY: a fork in another thread still holds the unlinked file open for writing.
                errno = Libc.PosixSpawn(path, "oci-init\0"u8, actions, out pid);
            }
            while (errno == Errno.ETXTBSY && ++attempts < 100);
            errno.ThrowIfFailed("posix_spawn", "the container's init");
            return pid;
        }
        finally
        {
            foreach (SafeFileHandle handle in raised)
            {
                handle.Dispose();
            }
        }

        // Sources must not be among the targets, which dup2(2) would close.
        int Raise(SafeFileHandle file)
        {
            Libc.Duplicate(file, MinimumDescriptor, out SafeFileHandle? duplicate).ThrowIfFailed("fcntl(F_DUPFD_CLOEXEC)");
            raised.Add(duplicate!);
            return (int)duplicate!.DangerousGetHandle();
        }
    }

    /// <summary>A memfd that holds a program, for the init to map.</summary>
    internal static SafeFileHandle WriteProgram(ReadOnlySpan<byte> program)
    {
        Errno errno = Libc.MemfdCreate("oci-program\0"u8, Libc.MFD_NOEXEC_SEAL, out SafeFileHandle? file);
        if (errno == Errno.EINVAL)
        {
            errno = Libc.MemfdCreate("oci-program\0"u8, 0, out file);
        }
        errno.ThrowIfFailed("memfd_create");
        RandomAccess.Write(file!, program, 0);
        return file!;
    }
}
