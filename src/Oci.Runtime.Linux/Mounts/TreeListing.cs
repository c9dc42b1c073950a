using System.Text;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;

namespace Oci.Runtime.Linux.Mounts;

/// <summary>Lists all below a directory by descriptors, following no link.</summary>
internal static class TreeListing
{
    /// <summary>The most files that are listed.</summary>
    public const int MaxEntries = 1 << 20;

    /// <summary>The most directories inside one another.</summary>
    public const int MaxDepth = 256;

    /// <summary>The entries, each directory before what is in it and once more after.</summary>
    /// <param name="directory">The directory; it stays the caller's, and is opened anew here.</param>
    /// <exception cref="IOException">It cannot be read, or is beyond the caps.</exception>
    /// <exception cref="UnauthorizedAccessException">A directory below cannot be read.</exception>
    public static IEnumerable<TreeEntry> Read(SafeFileHandle directory)
    {
        Libc.Openat(directory, ".\0"u8, Libc.O_RDONLY | Libc.O_DIRECTORY, 0, out SafeFileHandle? root).ThrowIfFailed("openat", ".");
        return List(root!);
    }

    private static IEnumerable<TreeEntry> List(SafeFileHandle root)
    {
        var open = new Stack<Level>();
        int count = 0;
        try
        {
            open.Push(new Level(root, [], null));
            while (open.TryPeek(out Level? level))
            {
                if (!level.Names.TryDequeue(out byte[]? name))
                {
                    open.Pop().Directory.Dispose();
                    if (level.Entry is not null)
                    {
                        yield return level.Entry with { IsLeft = true };
                    }
                    continue;
                }
                byte[] path = [.. level.Prefix, .. name];
                if (++count > MaxEntries)
                {
                    throw TooMuch($"It holds more than {MaxEntries} files.");
                }
                if (ReadEntry(level.Directory, name, path, out SafeFileHandle? inside) is not TreeEntry entry)
                {
                    continue;
                }
                if (inside is not null)
                {
                    open.Push(new Level(inside, [.. path.AsSpan(..^1), (byte)'/'], entry));
                }
                yield return entry;
                if (open.Count > MaxDepth)
                {
                    throw TooMuch($"'{PathText.Describe(path)}' is more than {MaxDepth} directories deep.");
                }
            }
        }
        finally
        {
            foreach (Level level in open)
            {
                level.Directory.Dispose();
            }
        }
    }

    /// <summary>One file; null where it has gone, or has become another, since its name was read.</summary>
    private static TreeEntry? ReadEntry(SafeFileHandle parent, byte[] name, byte[] path, out SafeFileHandle? directory)
    {
        directory = null;
        Errno errno = Libc.Statx(parent, name, Libc.STATX_BASIC_STATS, out Libc.FileStatus status);
        if (errno == Errno.ENOENT)
        {
            return null;
        }
        errno.ThrowIfFailed("statx", path);
        switch (status.Type)
        {
            case Libc.S_IFLNK:
                byte[] target = new byte[4097];
                errno = Libc.Readlinkat(parent, name, target.AsSpan(..^1), out int length);
                return errno is Errno.ENOENT or Errno.EINVAL ? null : new TreeEntry(path, status) { LinkTarget = Checked(errno, path, target[..(length + 1)]) };
            case Libc.S_IFDIR:
                errno = Libc.Openat(parent, name, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_NOFOLLOW, 0, out directory);
                if (errno is Errno.ENOENT or Errno.ELOOP or Errno.ENOTDIR)
                {
                    return null;
                }
                errno.ThrowIfFailed("openat", path);
                return new TreeEntry(path, status) { Attributes = FileAttributes.Read(directory!) };
            case Libc.S_IFREG:
                // Its data is read by the container's process; a file that this user may not open goes without attributes.
                errno = Libc.Openat(parent, name, Libc.O_RDONLY | Libc.O_NOFOLLOW | Libc.O_NONBLOCK, 0, out SafeFileHandle? file);
                using (file)
                {
                    return new TreeEntry(path, status) { Attributes = errno == Errno.None ? FileAttributes.Read(file!) : [] };
                }
            default:
                return new TreeEntry(path, status);
        }
    }

    private static byte[] Checked(Errno errno, byte[] path, byte[] value)
    {
        errno.ThrowIfFailed("readlinkat", path);
        return value;
    }

    private static IOException TooMuch(string message) => new(message) { HResult = (int)Errno.E2BIG };

    /// <summary>A directory that is being listed.</summary>
    private sealed class Level(SafeFileHandle directory, byte[] prefix, TreeEntry? entry)
    {
        public SafeFileHandle Directory { get; } = directory;

        public byte[] Prefix { get; } = prefix;

        public TreeEntry? Entry { get; } = entry;

        public Queue<byte[]> Names { get; } = ReadNames(directory);

        private static Queue<byte[]> ReadNames(SafeFileHandle directory)
        {
            var names = new Queue<byte[]>();
            // A directory that changes can give a name twice. No path must come twice: once a link and once a directory, it would lead the copy outside.
            var known = new HashSet<string>(StringComparer.Ordinal);
            byte[] buffer = new byte[32768];
            while (true)
            {
                Libc.Getdents64(directory, buffer, out int length).ThrowIfFailed("getdents64");
                if (length == 0)
                {
                    return names;
                }
                var records = new DirectoryRecords(buffer.AsSpan(0, length));
                while (records.MoveNext())
                {
                    if (names.Count == MaxEntries)
                    {
                        throw TooMuch($"A directory holds more than {MaxEntries} files.");
                    }
                    if (known.Add(Encoding.Latin1.GetString(records.Name)))
                    {
                        names.Enqueue(records.Name.ToArray());
                    }
                }
            }
        }
    }
}
