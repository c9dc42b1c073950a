using Microsoft.Win32.SafeHandles;
using Oci.Image.RootFilesystems;
using Oci.Image.Tar;

namespace Oci.Image.PortableFilesystems;

/// <summary>What is done on the disk, one call each; what the system refuses becomes an <see cref="UnpackRefusal"/>.</summary>
internal static class PortableFile
{
    // The range of times that every file system takes: NTFS counts from 1601, .NET ends in 9999.
    private static readonly TarTime s_earliest = TarTime.FromDateTimeOffset(new DateTimeOffset(1601, 1, 2, 0, 0, 0, TimeSpan.Zero));
    private static readonly TarTime s_latest = TarTime.FromDateTimeOffset(new DateTimeOffset(9999, 12, 30, 0, 0, 0, TimeSpan.Zero));

    public static SafeFileHandle Create(string path) =>
        Try(() => File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None));

    public static void Write(SafeFileHandle file, ReadOnlyMemory<byte> content, long offset) =>
        Try(() => RandomAccess.Write(file, content.Span, offset));

    /// <summary>Gives a file its size, where a hole ends it, its mode and its time.</summary>
    public static void Finish(SafeFileHandle file, long? size, int mode, TarTime modified) => Try(() =>
    {
        if (size is long length)
        {
            RandomAccess.SetLength(file, length);
        }
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, (UnixFileMode)(mode & 0xFFF));
        }
        File.SetLastWriteTimeUtc(file, ToDateTime(modified));
    });

    public static long Length(string path) => Try(() => new FileInfo(path).Length);

    /// <summary>Copies a file with its mode and time.</summary>
    public static void Copy(PortableNode source, PortableNode target) => Try(() =>
    {
        File.Copy(source.Path, target.Path, overwrite: false);
        // The copy lacks the bits above 0777.
        SetMode(target);
    });

    public static void MakeDirectory(string path) => Try(() => Directory.CreateDirectory(path));

    /// <summary>Removes what lies there: a file, or a directory with all below. A link is not there yet.</summary>
    public static void Delete(PortableNode node) => Try(() =>
    {
        if (node.Type == TarEntryType.Directory)
        {
            Directory.Delete(node.Path, recursive: true);
        }
        else if (node.Type == TarEntryType.File)
        {
            File.Delete(node.Path);
        }
    });

    /// <summary>Gives a directory its mode and time.</summary>
    public static void FinishDirectory(PortableNode directory) => Try(() =>
    {
        SetMode(directory);
        if (directory.ModifiedTime is TarTime modified)
        {
            Directory.SetLastWriteTimeUtc(directory.Path, ToDateTime(modified));
        }
    });

    /// <summary>Makes a symbolic link.</summary>
    /// <returns>False where this user may not: Windows asks for a privilege or the developer mode.</returns>
    public static bool TryLink(string path, string target, bool toDirectory)
    {
        try
        {
            _ = toDirectory ? Directory.CreateSymbolicLink(path, target) : File.CreateSymbolicLink(path, target);
            return true;
        }
        catch (Exception e) when (OperatingSystem.IsWindows() && e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Refused(e);
        }
    }

    private static void Try(Action action) => Try(() =>
    {
        action();
        return 0;
    });

    private static void SetMode(PortableNode node)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(node.Path, (UnixFileMode)(node.Mode & 0xFFF));
        }
    }

    private static T Try<T>(Func<T> function)
    {
        try
        {
            return function();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Refused(e);
        }
    }

    private static UnpackRefusal Refused(Exception e) => new(UnpackFailure.FileSystem, $"could not be unpacked: {e.Message}", e);

    private static DateTime ToDateTime(TarTime time)
    {
        TarTime held = time.CompareTo(s_earliest) < 0 ? s_earliest : time.CompareTo(s_latest) > 0 ? s_latest : time;
        return DateTime.UnixEpoch.AddSeconds(held.Seconds).AddTicks(held.Nanoseconds / 100);
    }
}
