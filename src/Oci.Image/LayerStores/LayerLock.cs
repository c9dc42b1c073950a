using System.Text;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;

namespace Oci.Image.LayerStores;

/// <summary>The lock of one layer: shared by who uses it, held alone by who makes or removes it. It ends with the process.</summary>
internal sealed class LayerLock : IDisposable
{
    private const uint OwnerOnly = 0x180; // 0600

    private readonly SafeFileHandle _file;
    private readonly string _path;

    private LayerLock(SafeFileHandle file, string path)
    {
        _file = file;
        _path = path;
    }

    /// <summary>Takes the lock shared; null where another holds it alone.</summary>
    public static LayerLock? TryShare(string path)
    {
        Libc.Openat(Libc.AT_FDCWD, Encoding.UTF8.GetBytes(path + '\0'), Libc.O_RDWR | Libc.O_CREAT | Libc.O_NOFOLLOW, OwnerOnly, out SafeFileHandle? file).ThrowIfFailed("openat", path);
        var taken = new LayerLock(file!, path);
        if (taken.TryShare())
        {
            return taken;
        }
        taken.Dispose();
        return null;
    }

    /// <summary>Makes a shared lock this holder's alone; where that is refused, none is held.</summary>
    public bool TryTakeAlone() => IsTaken(Libc.TryLock(_file));

    /// <summary>Shares it; where that is refused, none is held.</summary>
    public bool TryShare() => IsTaken(Libc.TryLockShared(_file));

    /// <summary>Removes the lock's file. Only who holds it alone may; who waits for it makes another.</summary>
    public void Remove() => File.Delete(_path);

    public void Dispose()
    {
        if (!_file.IsClosed)
        {
            Libc.Unlock(_file);
            _file.Dispose();
        }
    }

    // Without a name it is the lock of nobody: it was removed between opening and locking.
    private bool IsTaken(Errno errno)
    {
        if (errno == Errno.EAGAIN)
        {
            return false;
        }
        errno.ThrowIfFailed("flock", _path);
        Libc.Statx(_file, Libc.STATX_BASIC_STATS, out Libc.FileStatus status).ThrowIfFailed("statx", _path);
        return status.stx_nlink > 0;
    }
}
