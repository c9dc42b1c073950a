using System.Text;
using Oci.Common.Linux;

namespace Oci.Image.Tests.RootFilesystems;

/// <summary>What the kernel says of a file, links not followed.</summary>
internal static class FileStat
{
    public static Libc.FileStatus Of(string path)
    {
        Libc.Statx(Libc.AT_FDCWD, Encoding.UTF8.GetBytes(path + '\0'), Libc.STATX_BASIC_STATS, out Libc.FileStatus status).ThrowIfFailed("statx", path);
        return status;
    }

    /// <summary>Permission bits in octal, such as <c>4755</c>.</summary>
    public static string Mode(string path) => Convert.ToString(Of(path).stx_mode & 0xFFF, 8);
}
