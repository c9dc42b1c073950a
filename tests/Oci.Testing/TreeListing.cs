using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;

namespace Oci.Testing;

/// <summary>
/// All that is in a directory as lines of text, to be compared entry by entry: type, mode, owner, size, time, device,
/// target, attributes, digest of the content, and the first name of a file with several. By system calls of its own.
/// </summary>
public sealed class TreeListing
{
    // Those of the machine, which no archive carries.
    private static readonly string[] IgnoredXattrs = ["security.selinux", "trusted.overlay.", "user.overlay."];

    private readonly List<string> _lines = [];
    private readonly Dictionary<(uint, uint, ulong), List<int>> _links = [];

    private readonly ListingOptions _options;

    private TreeListing(ListingOptions options) => _options = options;

    /// <summary>Lists a directory.</summary>
    public static string[] Of(string directory, ListingOptions options = ListingOptions.None) => new TreeListing(options).List(directory);

    private string[] List(string directory)
    {
        using RootDirectory root = RootDirectory.Open(directory);
        if (!_options.HasFlag(ListingOptions.WithoutRoot))
        {
            Add(root.Handle, ".\0"u8.ToArray(), "");
        }
        Walk(root.Handle, "");
        // A file may have names outside of the directory: one that has a single name in it is no group.
        foreach (List<int> group in _links.Values.Where(group => group.Count > 1))
        {
            string first = _lines[group[0]].Split(' ')[0];
            group.ForEach(line => _lines[line] += $" = {first}");
        }
        return [.. _lines];
    }

    private void Walk(SafeFileHandle directory, string prefix)
    {
        var names = new List<byte[]>();
        var buffer = new byte[32 * 1024];
        while (true)
        {
            Libc.Getdents64(directory, buffer, out int length).ThrowIfFailed("getdents64", prefix);
            if (length == 0)
            {
                break;
            }
            var records = new DirectoryRecords(buffer.AsSpan(0, length));
            while (records.MoveNext())
            {
                names.Add(records.Name.ToArray());
            }
        }
        names.Sort((a, b) => a.AsSpan().SequenceCompareTo(b));
        foreach (byte[] name in names)
        {
            string path = prefix + PathText.Describe(name);
            if (Add(directory, name, path) == Libc.S_IFDIR)
            {
                Libc.Openat(directory, name, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_NOFOLLOW, 0, out SafeFileHandle? opened).ThrowIfFailed("openat", path);
                using SafeFileHandle child = opened!;
                Walk(child, path + "/");
            }
        }
    }

    private uint Add(SafeFileHandle directory, byte[] name, string path)
    {
        Libc.Statx(directory, name, Libc.STATX_BASIC_STATS, out Libc.FileStatus status).ThrowIfFailed("statx", path);
        var line = new StringBuilder(path.Length == 0 ? "." : path).Append(' ').Append(TypeOf(status.Type));
        if (status.Type != Libc.S_IFLNK)
        {
            line.Append(Convert.ToString(status.stx_mode & 0xFFF, 8));
        }
        if (!_options.HasFlag(ListingOptions.WithoutOwners))
        {
            line.Append(CultureInfo.InvariantCulture, $" {status.stx_uid}:{status.stx_gid}");
        }
        if (!_options.HasFlag(ListingOptions.WithoutTimes))
        {
            line.Append(CultureInfo.InvariantCulture, $" @{status.stx_mtime.tv_sec}");
            line.Append(_options.HasFlag(ListingOptions.WholeSeconds) ? "" : $".{status.stx_mtime.tv_nsec:D9}");
        }
        switch (status.Type)
        {
            case Libc.S_IFREG:
                line.Append(CultureInfo.InvariantCulture, $" {status.stx_size} {Hash(directory, name, path)}");
                break;
            case Libc.S_IFCHR or Libc.S_IFBLK:
                line.Append(CultureInfo.InvariantCulture, $" {status.stx_rdev_major}:{status.stx_rdev_minor}");
                break;
            case Libc.S_IFLNK:
                var target = new byte[Libc.PATH_MAX];
                Libc.Readlinkat(directory, name, target, out int length).ThrowIfFailed("readlinkat", path);
                line.Append(" -> ").Append(PathText.Describe(target.AsSpan(0, length)));
                break;
        }
        AddXattrs(line, directory, name, path);
        if (status.Type != Libc.S_IFDIR && status.stx_nlink > 1)
        {
            (uint, uint, ulong) key = (status.stx_dev_major, status.stx_dev_minor, status.stx_ino);
            _links.TryAdd(key, []);
            _links[key].Add(_lines.Count);
        }
        _lines.Add(line.ToString());
        return status.Type;
    }

    private void AddXattrs(StringBuilder line, SafeFileHandle directory, byte[] name, string path)
    {
        byte[] full = [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{directory.DangerousGetHandle()}/")), .. name];
        var names = new byte[Libc.XATTR_SIZE_MAX];
        var value = new byte[Libc.XATTR_SIZE_MAX];
        Errno errno = Libc.Llistxattr(full, names, out int length);
        if (errno == Errno.EOPNOTSUPP)
        {
            return;
        }
        errno.ThrowIfFailed("llistxattr", path);
        foreach (string key in Encoding.UTF8.GetString(names, 0, length).Split('\0', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal))
        {
            if (!IgnoredXattrs.Any(start => key.StartsWith(start, StringComparison.Ordinal)))
            {
                Libc.Lgetxattr(full, Encoding.UTF8.GetBytes(key + '\0'), value, out int valueLength).ThrowIfFailed("lgetxattr", path);
                line.Append(' ').Append(key).Append('=').Append(Convert.ToHexString(value, 0, valueLength));
            }
        }
    }

    private static string Hash(SafeFileHandle directory, byte[] name, string path)
    {
        Libc.Openat(directory, name, Libc.O_RDONLY | Libc.O_NOFOLLOW, 0, out SafeFileHandle? opened).ThrowIfFailed("openat", path);
        using var stream = new FileStream(opened!, FileAccess.Read, bufferSize: 0);
        return Convert.ToHexString(SHA256.HashData(stream))[..16];
    }

    private static char TypeOf(uint type) => type switch
    {
        Libc.S_IFREG => '-',
        Libc.S_IFDIR => 'd',
        Libc.S_IFLNK => 'l',
        Libc.S_IFIFO => 'p',
        Libc.S_IFCHR => 'c',
        Libc.S_IFBLK => 'b',
        _ => 's',
    };
}
