using System.Text;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;

namespace Oci.Runtime.Linux.Bundles;

/// <summary>Reads small files of layer directories as overlayfs would show them, without mounting them.</summary>
/// <remarks>Symbolic links are followed within their own layer only.</remarks>
internal static class LayeredRoot
{
    /// <summary>The content of a file; null where it is missing or hidden.</summary>
    /// <param name="layers">The directories, the topmost first.</param>
    /// <param name="name">The file, without a slash at the start.</param>
    /// <param name="maxSize">The most bytes that are read.</param>
    public static byte[]? Read(IReadOnlyList<string> layers, string name, int maxSize)
    {
        foreach (string layer in layers)
        {
            if (!Hides(layer, name, out bool isFile))
            {
                continue;
            }
            if (!isFile)
            {
                return null;
            }
            using var reader = new RootReader(layer);
            return reader.Read(name, maxSize);
        }
        return null;
    }

    /// <summary>Whether a layer says what is there, so that those below do not count: a file, a whiteout, an opaque directory above it.</summary>
    private static bool Hides(string layer, string name, out bool isFile)
    {
        isFile = false;
        using RootDirectory root = RootDirectory.Open(layer);
        for (string path = name; path.Length > 0; path = Path.GetDirectoryName(path) ?? "")
        {
            Errno errno = root.OpenFile(Encoding.UTF8.GetBytes(path + '\0'), Libc.O_PATH, out SafeFileHandle? opened);
            using SafeFileHandle? file = opened;
            if (errno is Errno.ENOENT or Errno.ENOTDIR)
            {
                continue;
            }
            errno.ThrowIfFailed("openat2", $"{layer}/{path}");
            Libc.Statx(file!, Libc.STATX_BASIC_STATS, out Libc.FileStatus status).ThrowIfFailed("statx", $"{layer}/{path}");
            bool isWhiteout = status.Type == Libc.S_IFCHR && status.stx_rdev_major == 0 && status.stx_rdev_minor == 0;
            isFile = path == name && !isWhiteout;
            return path == name || status.Type != Libc.S_IFDIR || IsOpaque(root, path);
        }
        return false;
    }

    private static bool IsOpaque(RootDirectory root, string path)
    {
        Errno errno = root.OpenFile(Encoding.UTF8.GetBytes(path + '\0'), Libc.O_RDONLY | Libc.O_DIRECTORY, out SafeFileHandle? opened);
        using SafeFileHandle? directory = opened;
        if (errno != Errno.None)
        {
            return false;
        }
        Span<byte> value = stackalloc byte[1];
        return (Libc.Fgetxattr(directory!, "trusted.overlay.opaque\0"u8, value, out _) == Errno.None && value[0] == (byte)'y')
            || (Libc.Fgetxattr(directory!, "user.overlay.opaque\0"u8, value, out _) == Errno.None && value[0] == (byte)'y');
    }
}
