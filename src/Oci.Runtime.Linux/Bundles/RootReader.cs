using System.Text;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;

namespace Oci.Runtime.Linux.Bundles;

/// <summary>Reads small files of a root filesystem that is not trusted: no path leads out of it, no file blocks or is without end.</summary>
internal sealed class RootReader : IDisposable
{
    private readonly SafeFileHandle _root;
    private readonly string _path;
    private readonly bool _byHand;

    /// <param name="path">The root.</param>
    /// <param name="byHand">Whether links are resolved here and not by openat2(2), as on kernels that refuse it.</param>
    public RootReader(string path, bool byHand = false)
    {
        _path = path;
        _byHand = byHand;
        Libc.Openat(Libc.AT_FDCWD, Terminate(path), Libc.O_PATH | Libc.O_DIRECTORY, 0, out SafeFileHandle? root).ThrowIfFailed("openat", path);
        _root = root!;
    }

    /// <summary>The content of a file; null where it is missing.</summary>
    public byte[]? Read(string name, int maxSize)
    {
        Errno errno = Open(name, out SafeFileHandle? opened);
        if (errno is Errno.ENOENT or Errno.ENOTDIR)
        {
            return null;
        }
        errno.ThrowIfFailed("openat2", $"{_path}/{name}");
        using SafeFileHandle file = opened!;
        Libc.Statx(file, Libc.STATX_BASIC_STATS, out Libc.FileStatus status).ThrowIfFailed("statx", $"{_path}/{name}");
        if (status.Type != Libc.S_IFREG)
        {
            throw new InvalidDataException($"'{name}' in '{_path}' is not a regular file, and is not read. Replace it in the image.");
        }
        // The size may be 0 or change: what is read counts.
        using var stream = new FileStream(file, FileAccess.Read, bufferSize: 0);
        using var content = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = stream.Read(buffer)) > 0)
        {
            if (content.Length + read > maxSize)
            {
                throw new InvalidDataException($"'{name}' in '{_path}' has more than {maxSize} bytes, the most that is read of it.");
            }
            content.Write(buffer, 0, read);
        }
        return content.ToArray();
    }

    public void Dispose() => _root.Dispose();

    // O_NONBLOCK: a FIFO in the file's place must not hold the caller. NO_MAGICLINKS: a /proc in the root leads nowhere.
    private Errno Open(string name, out SafeFileHandle? file)
    {
        const int Flags = Libc.O_RDONLY | Libc.O_NONBLOCK | Libc.O_NOCTTY;
        Errno errno = Errno.ENOSYS;
        file = null;
        if (!_byHand)
        {
            const int MaxTries = 100;
            int tries = 0;
            do
            {
                errno = Libc.Openat2(_root, Terminate(name), Flags, 0, Libc.RESOLVE_IN_ROOT | Libc.RESOLVE_NO_MAGICLINKS, out file);
            }
            while (errno == Errno.EAGAIN && ++tries < MaxTries);
        }
        return errno is Errno.ENOSYS or Errno.EPERM ? RootWalk.Open(_root, name, Flags, out file) : errno;
    }

    private static byte[] Terminate(string path) => [.. Encoding.UTF8.GetBytes(path), 0];
}
