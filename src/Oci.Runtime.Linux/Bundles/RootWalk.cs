using System.Text;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;

namespace Oci.Runtime.Linux.Bundles;

/// <summary>Opens a file in a root one component at a time, for kernels and filters that refuse openat2(2).</summary>
internal static class RootWalk
{
    /// <summary>As many links as the kernel follows (MAXSYMLINKS).</summary>
    private const int MaxLinks = 40;

    // .. goes back to a directory that this walk came through, so that one moved meanwhile leads nowhere else.
    public static Errno Open(SafeFileHandle root, string name, int flags, out SafeFileHandle? file)
    {
        file = null;
        var trail = new Stack<SafeFileHandle>();
        var left = new Stack<string>(Enumerable.Reverse(name.Split('/')));
        try
        {
            int links = 0;
            while (left.TryPop(out string? component))
            {
                if (component is "" or ".")
                {
                    continue;
                }
                if (component is "..")
                {
                    Back(trail);
                    continue;
                }
                SafeFileHandle parent = trail.TryPeek(out SafeFileHandle? top) ? top : root;
                byte[] terminated = [.. Encoding.UTF8.GetBytes(component), 0];
                var target = new byte[Libc.PATH_MAX];
                Errno errno = Libc.Readlinkat(parent, terminated, target, out int length);
                if (errno == Errno.None)
                {
                    if (++links > MaxLinks)
                    {
                        return Errno.ELOOP;
                    }
                    Follow(Encoding.UTF8.GetString(target, 0, length), left, trail);
                    continue;
                }
                if (errno != Errno.EINVAL)
                {
                    return errno;
                }
                if (left.Count == 0)
                {
                    return Libc.Openat(parent, terminated, flags | Libc.O_NOFOLLOW, 0, out file);
                }
                errno = Libc.Openat(parent, terminated, Libc.O_PATH | Libc.O_DIRECTORY | Libc.O_NOFOLLOW, 0, out SafeFileHandle? directory);
                if (errno != Errno.None)
                {
                    return errno;
                }
                trail.Push(directory!);
            }
            return Errno.EISDIR;
        }
        finally
        {
            while (trail.Count > 0)
            {
                Back(trail);
            }
        }
    }

    private static void Follow(string target, Stack<string> left, Stack<SafeFileHandle> trail)
    {
        while (target.StartsWith('/') && trail.Count > 0)
        {
            Back(trail);
        }
        foreach (string part in Enumerable.Reverse(target.Split('/')))
        {
            left.Push(part);
        }
    }

    private static void Back(Stack<SafeFileHandle> trail)
    {
        if (trail.TryPop(out SafeFileHandle? last))
        {
            last.Dispose();
        }
    }
}
