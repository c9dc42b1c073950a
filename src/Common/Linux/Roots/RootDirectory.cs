using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Oci.Common.Linux;

/// <summary>A directory that is a root: paths are resolved inside it, whatever symbolic links they go through.</summary>
/// <remarks>
/// By openat2(2), and component by component where the kernel lacks it (before 5.6) or a seccomp filter refuses it.
/// Directories are handed out as O_PATH handles, so that a later step acts on what was resolved and on nothing else.
/// </remarks>
internal sealed class RootDirectory(SafeFileHandle handle) : IDisposable
{
    private const ulong InRoot = Libc.RESOLVE_IN_ROOT | Libc.RESOLVE_NO_MAGICLINKS;

    // openat2 gives up with EAGAIN where anything on the system is renamed while it meets "..".
    private const int MaxAgain = 100;

    /// <summary>The directory itself, opened for reading.</summary>
    public SafeFileHandle Handle => handle;

    /// <summary>Whether paths are walked without openat2. Set once the kernel refuses it, or by a test.</summary>
    public bool WalksByComponent { get; set; }

    /// <summary>Opens a directory; the path is resolved as usual, links and all.</summary>
    /// <exception cref="IOException">There is no such directory.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static RootDirectory Open(string path)
    {
        byte[] name = Encoding.UTF8.GetBytes(path + '\0');
        Libc.Openat(Libc.AT_FDCWD, name, Libc.O_RDONLY | Libc.O_DIRECTORY, 0, out SafeFileHandle? handle).ThrowIfFailed("openat", path);
        return new RootDirectory(handle!);
    }

    /// <summary>Opens the same directory again, with a reading position of its own.</summary>
    public static RootDirectory Reopen(RootDirectory root)
    {
        Libc.Openat(root.Handle, ".\0"u8, Libc.O_RDONLY | Libc.O_DIRECTORY, 0, out SafeFileHandle? handle).ThrowIfFailed("openat", ".");
        return new RootDirectory(handle!) { WalksByComponent = root.WalksByComponent };
    }

    /// <summary>Opens the directory of a path in this root, with O_PATH. The caller owns it.</summary>
    public Errno OpenDirectory(ReadOnlySpan<byte> path, out SafeFileHandle? directory) =>
        TryOpenat2(path, Libc.O_PATH | Libc.O_DIRECTORY, out directory) ?? InRootWalk.Open(handle, path, made: null, out directory);

    /// <summary>Opens a file of any type in this root; links are followed inside it. The caller owns it.</summary>
    /// <param name="path">The path, ended by NUL.</param>
    /// <param name="flags">How to open it, without O_CREAT. O_NONBLOCK keeps a FIFO from holding the caller.</param>
    /// <param name="file">The file; null on failure.</param>
    public Errno OpenFile(ReadOnlySpan<byte> path, int flags, out SafeFileHandle? file) =>
        TryOpenat2(path, flags, out file) ?? InRootWalk.OpenFile(handle, path, flags, out file);

    /// <summary>Like <see cref="OpenDirectory"/>, and makes what is missing, also where a symbolic link points to nothing.</summary>
    public Errno OpenOrMakeDirectory(ReadOnlySpan<byte> path, DirectoryMade made, out SafeFileHandle? directory)
    {
        Errno errno = OpenDirectory(path, out directory);
        return errno == Errno.ENOENT ? InRootWalk.Open(handle, path, made, out directory) : errno;
    }

    public void Dispose() => handle.Dispose();

    /// <summary>Null where the kernel cannot or will not say, and the path has to be walked.</summary>
    private Errno? TryOpenat2(ReadOnlySpan<byte> path, int flags, out SafeFileHandle? opened)
    {
        for (int i = 0; i < MaxAgain && !WalksByComponent; i++)
        {
            Errno errno = Libc.Openat2(handle, path, flags, 0, InRoot, out opened);
            if (errno is Errno.ENOSYS or Errno.EPERM)
            {
                WalksByComponent = true;
            }
            else if (errno != Errno.EAGAIN)
            {
                return errno;
            }
        }
        opened = null;
        return null;
    }
}
