using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;

namespace Oci.Image.RootFilesystems;

/// <summary>Called after a missing directory was made on the way to a path.</summary>
internal delegate void DirectoryMade(SafeFileHandle parent, SafeFileHandle directory, ReadOnlySpan<byte> name);

/// <summary>Resolves a path in a root one component at a time, as openat2(2) does with RESOLVE_IN_ROOT.</summary>
/// <remarks>
/// Every component is opened without following, every symbolic link read and resolved here: an absolute one starts
/// at the root, and <c>..</c> goes back to a directory this walk came through, at most to the root. The kernel's own
/// <c>..</c> is never used, so that a directory moved meanwhile leads nowhere else.
/// </remarks>
internal static class InRootWalk
{
    /// <summary>As many links as the kernel follows (MAXSYMLINKS).</summary>
    public const int MaxLinks = 40;

    // A component that changes between two looks at it is looked at again, this often.
    private const int MaxRaces = 1000;

    /// <summary>Opens a directory with O_PATH.</summary>
    /// <param name="root">The root.</param>
    /// <param name="path">The path, ended by NUL.</param>
    /// <param name="made">Where missing directories are to be made (with <see cref="DirectoryTable.PrivateMode"/>), what to call for each; else null.</param>
    /// <param name="directory">The directory, owned by the caller; null on failure.</param>
    public static Errno Open(SafeFileHandle root, ReadOnlySpan<byte> path, DirectoryMade? made, out SafeFileHandle? directory)
    {
        directory = null;
        var trail = new Stack<SafeFileHandle>();
        try
        {
            Errno errno = Walk(root, path[..^1].ToArray(), made, trail);
            if (errno == Errno.None)
            {
                // The root itself is opened anew, so that the caller always owns what it gets.
                errno = trail.TryPop(out directory)
                    ? Errno.None
                    : Libc.Openat(root, ".\0"u8, Libc.O_PATH | Libc.O_DIRECTORY, 0, out directory);
            }
            return errno;
        }
        finally
        {
            foreach (SafeFileHandle handle in trail)
            {
                handle.Dispose();
            }
        }
    }

    private static Errno Walk(SafeFileHandle root, ReadOnlySpan<byte> left, DirectoryMade? made, Stack<SafeFileHandle> trail)
    {
        Span<byte> name = stackalloc byte[256];
        int links = 0;
        int races = 0;
        while (!left.IsEmpty)
        {
            int slash = left.IndexOf((byte)'/');
            ReadOnlySpan<byte> component = slash < 0 ? left : left[..slash];
            ReadOnlySpan<byte> rest = slash < 0 ? default : left[(slash + 1)..];
            if (component.IsEmpty || component.SequenceEqual("."u8))
            {
                left = rest;
                continue;
            }
            if (component.SequenceEqual(".."u8))
            {
                if (trail.TryPop(out SafeFileHandle? last))
                {
                    last.Dispose();
                }
                left = rest;
                continue;
            }
            if (component.Length >= name.Length)
            {
                return Errno.ENAMETOOLONG;
            }
            component.CopyTo(name);
            name[component.Length] = 0;
            ReadOnlySpan<byte> terminated = name[..(component.Length + 1)];
            SafeFileHandle parent = trail.TryPeek(out SafeFileHandle? top) ? top : root;
            Errno errno = OpenComponent(parent, terminated, made, out SafeFileHandle? opened);
            if (errno == Errno.None)
            {
                trail.Push(opened!);
                left = rest;
                continue;
            }
            if (errno is not (Errno.ENOTDIR or Errno.ELOOP))
            {
                return errno;
            }
            var target = new byte[Libc.PATH_MAX];
            errno = Libc.Readlinkat(parent, terminated, target, out int length);
            if (errno == Errno.ENOENT && ++races < MaxRaces)
            {
                continue;
            }
            if (errno != Errno.None)
            {
                return errno == Errno.EINVAL ? Errno.ENOTDIR : errno;
            }
            if (++links > MaxLinks)
            {
                return Errno.ELOOP;
            }
            if (target[0] == '/')
            {
                Clear(trail);
            }
            left = (byte[])[.. target.AsSpan(0, length), (byte)'/', .. rest];
        }
        return Errno.None;
    }

    private static Errno OpenComponent(SafeFileHandle parent, ReadOnlySpan<byte> name, DirectoryMade? made, out SafeFileHandle? opened)
    {
        const int Path = Libc.O_PATH;
        Errno errno = Libc.Openat(parent, name, Path | Libc.O_DIRECTORY | Libc.O_NOFOLLOW, 0, out opened);
        if (errno != Errno.ENOENT || made is null)
        {
            return errno;
        }
        Errno makeErrno = Libc.Mkdirat(parent, name, DirectoryTable.PrivateMode);
        if (makeErrno is not (Errno.None or Errno.EEXIST))
        {
            return makeErrno;
        }
        errno = Libc.Openat(parent, name, Path | Libc.O_DIRECTORY | Libc.O_NOFOLLOW, 0, out opened);
        if (errno != Errno.None || makeErrno != Errno.None)
        {
            return errno;
        }
        try
        {
            made(parent, opened!, name);
            return Errno.None;
        }
        catch
        {
            opened!.Dispose();
            throw;
        }
    }

    private static void Clear(Stack<SafeFileHandle> trail)
    {
        while (trail.TryPop(out SafeFileHandle? handle))
        {
            handle.Dispose();
        }
    }
}
