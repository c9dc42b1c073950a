using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;

namespace Oci.Image.RootFilesystems;

/// <summary>Lets an ordinary user read files of its own whose mode denies it that: it is changed until this is disposed.</summary>
/// <remarks>
/// Images have such files (/etc/shadow with mode 0000), which to root are like all others. umoci and rootless containers
/// go about it in the same way. Where this process ends in between, the file keeps the further bits.
/// </remarks>
internal sealed class OwnerAccess : IDisposable
{
    private const uint S_IRUSR = 0x100;
    private const uint S_IXUSR = 0x40;

    private static readonly uint User = OperatingSystem.IsLinux() ? Libc.Geteuid() : 0;

    private readonly SafeFileHandle _file;
    private readonly uint _mode;

    private OwnerAccess(SafeFileHandle file, uint mode)
    {
        _file = file;
        _mode = mode;
    }

    /// <summary>Gives the owner the right to read a file, or to read and enter a directory.</summary>
    /// <param name="parent">The directory that it is in.</param>
    /// <param name="name">Its name, ended by NUL.</param>
    /// <param name="status">What it is.</param>
    /// <returns>Null where there is nothing to do: root, another's file, or one that can be read.</returns>
    public static OwnerAccess? Take(SafeFileHandle parent, ReadOnlySpan<byte> name, in Libc.FileStatus status)
    {
        uint needed = status.Type switch
        {
            Libc.S_IFDIR => S_IRUSR | S_IXUSR,
            Libc.S_IFREG => S_IRUSR,
            _ => 0,
        };
        uint mode = status.stx_mode & 0xFFFu;
        if (User == 0 || status.stx_uid != User || (mode & needed) == needed)
        {
            return null;
        }
        if (Libc.Openat(parent, name, Libc.O_PATH | Libc.O_NOFOLLOW, 0, out SafeFileHandle? file) != Errno.None)
        {
            // Whatever is done next with the name fails too, and says why.
            return null;
        }
        if (Libc.Statx(file!, Libc.STATX_BASIC_STATS, out Libc.FileStatus opened) == Errno.None && opened.stx_ino == status.stx_ino
            && ProcPath.Chmod(file!, mode | needed) == Errno.None)
        {
            return new OwnerAccess(file!, mode);
        }
        file!.Dispose();
        return null;
    }

    /// <summary>Gives the file its mode back.</summary>
    public void Dispose()
    {
        ProcPath.Chmod(_file, _mode);
        _file.Dispose();
    }
}
