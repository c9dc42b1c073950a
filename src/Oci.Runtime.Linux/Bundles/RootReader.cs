using System.Text;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;

namespace Oci.Runtime.Linux.Bundles;

/// <summary>Reads small files of a root filesystem that is not trusted: no path leads out of it, no file blocks or is without end.</summary>
internal sealed class RootReader : IDisposable
{
    private const int Flags = Libc.O_RDONLY | Libc.O_NONBLOCK | Libc.O_NOCTTY;

    private readonly RootDirectory _root;
    private readonly string _path;

    /// <param name="path">The root.</param>
    /// <param name="byHand">Whether links are resolved here and not by openat2(2), as on kernels that refuse it.</param>
    public RootReader(string path, bool byHand = false)
    {
        _path = path;
        _root = RootDirectory.Open(path);
        _root.WalksByComponent = byHand;
    }

    /// <summary>The content of a file; null where it is missing.</summary>
    public byte[]? Read(string name, int maxSize)
    {
        // O_NONBLOCK: a FIFO in the file's place must not hold the caller.
        Errno errno = _root.OpenFile(Encoding.UTF8.GetBytes(name + '\0'), Flags, out SafeFileHandle? opened);
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
}
