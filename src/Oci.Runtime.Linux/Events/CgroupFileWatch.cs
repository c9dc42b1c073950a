using System.Text;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Runtime.Linux.Processes;

namespace Oci.Runtime.Linux.Events;

/// <summary>A cgroup file whose changes the kernel tells by EPOLLPRI: event counts, and triggers of pressure.</summary>
internal sealed class CgroupFileWatch : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly string _path;

    private CgroupFileWatch(SafeFileHandle file, string path)
    {
        _file = file;
        _path = path;
    }

    /// <summary>Opens a file of counts.</summary>
    public static Errno Open(string path, out CgroupFileWatch? watch) => Open(path, Libc.O_RDONLY, out watch);

    /// <summary>Opens a pressure file and sets a trigger, which lasts until the file is closed.</summary>
    public static Errno OpenPressure(string path, string trigger, out CgroupFileWatch? watch)
    {
        Errno errno = Open(path, Libc.O_RDWR | Libc.O_NONBLOCK, out watch);
        if (errno == Errno.None)
        {
            errno = Libc.Write(watch!._file, Encoding.ASCII.GetBytes(trigger + '\0'), out _);
            if (errno != Errno.None)
            {
                watch.Dispose();
                watch = null;
            }
        }
        return errno;
    }

    /// <summary>The text as it is now: what changes later is told by <see cref="WaitAsync"/>. Null where the cgroup is gone.</summary>
    public string? Read()
    {
        byte[] buffer = new byte[4096];
        try
        {
            int length = RandomAccess.Read(_file, buffer, 0);
            return Encoding.ASCII.GetString(buffer.AsSpan(0, length));
        }
        catch (IOException e) when (e.HResult == (int)Errno.ENODEV)
        {
            return null;
        }
    }

    /// <summary>Waits for a change; false where the cgroup is gone by then. That it goes is not told by itself.</summary>
    public async Task<bool> WaitAsync(CancellationToken cancellationToken)
    {
        await EventLoop.Shared.WaitAsync(_file, Libc.EPOLLPRI, cancellationToken).ConfigureAwait(false);
        return File.Exists(_path);
    }

    public void Dispose() => _file.Dispose();

    private static Errno Open(string path, int flags, out CgroupFileWatch? watch)
    {
        Errno errno = Libc.Openat(Libc.AT_FDCWD, [.. Encoding.UTF8.GetBytes(path), 0], flags, 0, out SafeFileHandle? file);
        watch = errno == Errno.None ? new CgroupFileWatch(file!, path) : null;
        return errno;
    }
}
