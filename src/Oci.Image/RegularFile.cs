using System.Text;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;

namespace Oci.Image;

/// <summary>Files whose directory is not to be trusted: what is no regular file is neither read nor waited for.</summary>
internal static class RegularFile
{
    private const string SymbolicLink = "a symbolic link";

    /// <summary>What is at a path, itself and not what it links to; <see langword="null"/> for nothing.</summary>
    /// <exception cref="IOException">The file system refuses.</exception>
    /// <exception cref="UnauthorizedAccessException">A right is missing on the way.</exception>
    public static FileFacts? Find(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            var info = new FileInfo(path);
            bool isRegular = info.Exists && info.LinkTarget is null && (info.Attributes & FileAttributes.Device) == 0;
            return isRegular ? new FileFacts(null, info.Length, info.LastWriteTimeUtc)
                : info.LinkTarget is not null ? new FileFacts(SymbolicLink, 0, default)
                : Directory.Exists(path) ? new FileFacts("a directory", 0, default)
                : null;
        }
        Errno errno = Libc.Statx(Libc.AT_FDCWD, Terminated(path), Libc.STATX_BASIC_STATS, out Libc.FileStatus status);
        if (errno is Errno.ENOENT or Errno.ENOTDIR)
        {
            return null;
        }
        errno.ThrowIfFailed("statx", path);
        return ToFacts(status);
    }

    /// <summary>What is at a path, or what a link there leads to in the end; <see langword="null"/> where that is nothing.</summary>
    /// <inheritdoc cref="Find" path="/exception"/>
    public static FileFacts? FindTarget(string path)
    {
        FileFacts? found = Find(path);
        if (found?.Other != SymbolicLink)
        {
            return found;
        }
        if (!OperatingSystem.IsLinux())
        {
            return new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true) is FileSystemInfo { Exists: true } target ? Find(target.FullName) : null;
        }
        Errno errno = Libc.Openat(Libc.AT_FDCWD, Terminated(path), Libc.O_PATH, 0, out SafeFileHandle? opened);
        if (errno is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP)
        {
            return null;
        }
        errno.ThrowIfFailed("openat", path);
        using SafeFileHandle file = opened!;
        Libc.Statx(file, Libc.STATX_BASIC_STATS, out Libc.FileStatus status).ThrowIfFailed("statx", path);
        return ToFacts(status);
    }

    /// <summary>Opens a file for reading, without a share of a lock. Links are followed: tools that build from caches put them in the place of blobs.</summary>
    /// <exception cref="FileNotFoundException">There is nothing at the path.</exception>
    /// <exception cref="IOException">What is there is no regular file, or the file system refuses.</exception>
    /// <exception cref="UnauthorizedAccessException">A right is missing.</exception>
    public static FileStream OpenRead(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            if (FindTarget(path) is FileFacts { IsRegular: false } other)
            {
                throw new IOException($"'{path}' is {other.Other}, not a file.");
            }
            return new FileStream(path, new FileStreamOptions { Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 });
        }
        // O_NONBLOCK: open(2) of a FIFO would wait for its writer. For a regular file it means nothing.
        Errno errno = Libc.Openat(Libc.AT_FDCWD, Terminated(path), Libc.O_RDONLY | Libc.O_NONBLOCK | Libc.O_NOCTTY, 0, out SafeFileHandle? file);
        if (errno == Errno.ENXIO && FindTarget(path) is FileFacts { IsRegular: false } socket)
        {
            throw new IOException($"'{path}' is {socket.Other}, not a file.");
        }
        errno.ThrowIfFailed("openat", path);
        try
        {
            Libc.Statx(file!, Libc.STATX_BASIC_STATS, out Libc.FileStatus status).ThrowIfFailed("statx", path);
            FileFacts facts = ToFacts(status);
            return facts.IsRegular ? new FileStream(file!, FileAccess.Read, bufferSize: 0) : throw new IOException($"'{path}' is {facts.Other}, not a file.");
        }
        catch
        {
            file!.Dispose();
            throw;
        }
    }

    private static byte[] Terminated(string path) => Encoding.UTF8.GetBytes(path + '\0');

    private static FileFacts ToFacts(in Libc.FileStatus status)
    {
        string? other = status.Type switch
        {
            Libc.S_IFREG => null,
            Libc.S_IFLNK => SymbolicLink,
            Libc.S_IFDIR => "a directory",
            Libc.S_IFIFO => "a FIFO",
            Libc.S_IFSOCK => "a socket",
            _ => "a device",
        };
        return new FileFacts(other, (long)status.stx_size, DateTimeOffset.FromUnixTimeSeconds(status.stx_mtime.tv_sec).AddTicks(status.stx_mtime.tv_nsec / 100));
    }
}
