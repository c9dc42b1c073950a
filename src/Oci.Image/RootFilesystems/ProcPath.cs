using System.Buffers.Text;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;

namespace Oci.Image.RootFilesystems;

/// <summary>Reaches a file by the name /proc has for a handle, for the calls that take no O_PATH handle.</summary>
internal static class ProcPath
{
    /// <summary>Room for the longest path that <see cref="Write"/> makes without a name.</summary>
    public const int MaxPrefixLength = 32;

    /// <summary>Writes <c>/proc/self/fd/N</c>, with <c>/name</c> where one is given, and a NUL.</summary>
    /// <param name="handle">The handle; it must stay open while the path is used.</param>
    /// <param name="name">A name in that directory, ended by NUL, or empty.</param>
    /// <param name="destination">Takes <see cref="MaxPrefixLength"/> bytes and the name.</param>
    public static ReadOnlySpan<byte> Write(SafeFileHandle handle, ReadOnlySpan<byte> name, Span<byte> destination)
    {
        ReadOnlySpan<byte> prefix = "/proc/self/fd/"u8;
        prefix.CopyTo(destination);
        Utf8Formatter.TryFormat((int)handle.DangerousGetHandle(), destination[prefix.Length..], out int digits);
        int length = prefix.Length + digits;
        if (!name.IsEmpty)
        {
            destination[length++] = (byte)'/';
            name.CopyTo(destination[length..]);
            return destination[..(length + name.Length)];
        }
        destination[length] = 0;
        return destination[..(length + 1)];
    }

    /// <summary>chmod(2) of a file that is held by an O_PATH handle.</summary>
    /// <remarks>A handle of a symbolic link gives EOPNOTSUPP: nothing is followed but the handle.</remarks>
    public static Errno Chmod(SafeFileHandle handle, uint mode) =>
        Libc.Fchmodat(Libc.AT_FDCWD, Write(handle, default, stackalloc byte[MaxPrefixLength]), mode);
}
