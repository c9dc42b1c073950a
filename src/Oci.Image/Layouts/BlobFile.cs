using System.Text;
using Oci.Common.Linux;

namespace Oci.Image.Layouts;

/// <summary>What a blob's file is. Tools that build from caches put symbolic links there, which are followed.</summary>
internal static class BlobFile
{
    /// <summary>The file at a path, or that a link there leads to in the end; <see langword="null"/> where it leads nowhere.</summary>
    public static FileInfo? Resolve(string path)
    {
        var file = new FileInfo(path);
        if (file.LinkTarget is null)
        {
            return file;
        }
        try
        {
            return file.ResolveLinkTarget(returnFinalTarget: true) is FileSystemInfo { Exists: true } target ? new FileInfo(target.FullName) : null;
        }
        catch (IOException)
        {
            // The links go round in a circle.
            return null;
        }
    }

    /// <summary>What is at a path where it is no regular file, nor a link to one: <c>a FIFO</c>; <see langword="null"/> for a file, and for nothing.</summary>
    public static string? DescribeOther(string path)
    {
        if (Directory.Exists(path))
        {
            return "a directory";
        }
        if (Resolve(path) is not FileInfo file)
        {
            return "a symbolic link that leads nowhere";
        }
        path = file.FullName;
        if (!OperatingSystem.IsLinux()
            || Libc.Statx(Libc.AT_FDCWD, Encoding.UTF8.GetBytes(path + '\0'), Libc.STATX_TYPE, out Libc.FileStatus status) != Errno.None)
        {
            return null;
        }
        return status.Type switch
        {
            Libc.S_IFREG => null,
            Libc.S_IFIFO => "a FIFO",
            Libc.S_IFSOCK => "a socket",
            _ => "a device",
        };
    }

    /// <summary>Refuses what is no file: to open a FIFO would wait for its writer, and a device need not end.</summary>
    /// <exception cref="IOException">It is none.</exception>
    public static void CheckIsFile(string path)
    {
        if (DescribeOther(path) is string other)
        {
            throw new IOException($"It is {other}, not a file.");
        }
    }
}
