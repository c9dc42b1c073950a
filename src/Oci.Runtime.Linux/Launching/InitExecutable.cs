using System.Text;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Runtime.Linux.Planning;

namespace Oci.Runtime.Linux.Launching;

/// <summary>The tiny init as a file that can be executed: made once a process, shared by all containers.</summary>
internal static class InitExecutable
{
    // Far above the numbers that the init's own descriptors get.
    private const int MinimumDescriptor = 64;

    private static readonly Lock s_lock = new();
    private static SafeFileHandle? s_memory;

    /// <summary>The init in a sealed memfd, or in an unlinked file of <paramref name="fallbackDirectory"/> where the kernel lets no memfd be executed.</summary>
    /// <returns>A handle to execute by /proc/self/fd; it stays open for the life of the process.</returns>
    public static SafeFileHandle Open(string fallbackDirectory)
    {
        lock (s_lock)
        {
            return s_memory ??= OpenMemory() ?? OpenUnlinked(fallbackDirectory);
        }
    }

    /// <summary>A sealed memfd; null where vm.memfd_noexec is 2 (EACCES).</summary>
    internal static SafeFileHandle? OpenMemory()
    {
        Errno errno = Libc.MemfdCreate("oci-init\0"u8, Libc.MFD_ALLOW_SEALING | Libc.MFD_EXEC, out SafeFileHandle? file);
        if (errno == Errno.EINVAL)
        {
            // Linux before 6.3 does not know MFD_EXEC, and every memfd is executable.
            errno = Libc.MemfdCreate("oci-init\0"u8, Libc.MFD_ALLOW_SEALING, out file);
        }
        if (errno == Errno.EACCES)
        {
            return null;
        }
        errno.ThrowIfFailed("memfd_create");
        using (file)
        {
            RandomAccess.Write(file!, InitImage.For(ProgramArchitectures.Current), 0);
            Libc.AddSeals(file!, Libc.F_SEAL_SHRINK | Libc.F_SEAL_GROW | Libc.F_SEAL_WRITE | Libc.F_SEAL_SEAL).ThrowIfFailed("fcntl(F_ADD_SEALS)");
            return Raise(file!);
        }
    }

    /// <summary>A file that is written, opened again for reading, and unlinked.</summary>
    internal static SafeFileHandle OpenUnlinked(string directory)
    {
        string path = Path.Combine(directory, $".init-{Guid.NewGuid():n}");
        try
        {
            byte[] name = Encoding.UTF8.GetBytes(path + '\0');
            Libc.Openat(Libc.AT_FDCWD, name, Libc.O_WRONLY | Libc.O_CREAT | Libc.O_EXCL, mode: 0x1C0 /* 0700 */, out SafeFileHandle? writer).ThrowIfFailed("openat", path);
            using (writer)
            {
                RandomAccess.Write(writer!, InitImage.For(ProgramArchitectures.Current), 0);
            }
            using SafeFileHandle reader = File.OpenHandle(path);
            return Raise(reader);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static SafeFileHandle Raise(SafeFileHandle file)
    {
        Libc.Duplicate(file, MinimumDescriptor, out SafeFileHandle? raised).ThrowIfFailed("fcntl(F_DUPFD_CLOEXEC)");
        return raised!;
    }
}
