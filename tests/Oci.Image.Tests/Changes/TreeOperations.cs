using System.Text;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;

namespace Oci.Image.Tests.Changes;

/// <summary>Does random things to a tree: each number is one of them, always the same one in the same tree.</summary>
internal sealed class TreeOperations : IDisposable
{
    private static readonly byte[][] Names =
    [
        "a\0"u8.ToArray(), "b\0"u8.ToArray(), "c\0"u8.ToArray(), "d e\0"u8.ToArray(), "\u00e9\0"u8.ToArray(), [0xFF, 0x01, 0xFE, 0],
        "-x\0"u8.ToArray(), "..a\0"u8.ToArray(), ".w\0"u8.ToArray(), "n\n\0"u8.ToArray(), [.. Encoding.ASCII.GetBytes(new string('l', 200)), 0],
    ];

    private readonly SafeFileHandle _root;
    private readonly bool _isRoot = Environment.IsPrivilegedProcess;

    public TreeOperations(string directory)
    {
        Libc.Openat(Libc.AT_FDCWD, Encoding.UTF8.GetBytes(directory + '\0'), Libc.O_RDONLY | Libc.O_DIRECTORY, 0, out SafeFileHandle? root).ThrowIfFailed("openat", directory);
        _root = root!;
    }

    public void Dispose() => _root.Dispose();

    public void Apply(IEnumerable<int> numbers)
    {
        foreach (int number in numbers)
        {
            var random = new Random(number);
            using Place at = Choose(random);
            Do(random, at);
        }
    }

    private void Do(Random random, Place at)
    {
        switch (random.Next(16))
        {
            case 0 or 1 or 2:
                Remove(at.Directory, at.Name);
                WriteFile(at.Directory, at.Name, random);
                break;
            case 3 or 4:
                Libc.Mkdirat(at.Directory, at.Name, 0x1ED);
                break;
            case 5:
                // rmdir and mkdir: opaque in an overlay.
                Remove(at.Directory, at.Name);
                Libc.Mkdirat(at.Directory, at.Name, 0x1C0);
                break;
            case 6:
                Remove(at.Directory, at.Name);
                break;
            case 7:
                Remove(at.Directory, at.Name);
                Libc.Symlinkat(random.Next(2) == 0 ? "../a/b\0"u8 : "/c\0"u8, at.Directory, at.Name);
                break;
            case 8 or 9:
                using (Place other = Choose(random))
                {
                    Libc.Linkat(at.Directory, at.Name, other.Directory, other.Name);
                }
                break;
            case 10:
                Remove(at.Directory, at.Name);
                Libc.Mknodat(at.Directory, at.Name, Libc.S_IFIFO | 0x180, 0);
                break;
            case 11 when _isRoot:
                Remove(at.Directory, at.Name);
                Libc.Mknodat(at.Directory, at.Name, (random.Next(2) == 0 ? Libc.S_IFCHR : Libc.S_IFBLK) | 0x180u, Libc.MakeDevice(1 + (uint)random.Next(2), 3));
                break;
            case 12:
                Change(random, at);
                break;
            case 13:
                Rewrite(at, random);
                break;
            case 14:
                SetTime(random, at);
                break;
            default:
                using (Place other = Choose(random))
                {
                    Libc.Renameat2(at.Directory, at.Name, other.Directory, other.Name, Libc.RENAME_NOREPLACE);
                }
                break;
        }
    }

    private void Change(Random random, Place at)
    {
        if (Libc.Statx(at.Directory, at.Name, Libc.STATX_BASIC_STATS, out Libc.FileStatus status) != Errno.None)
        {
            return;
        }
        if (_isRoot && random.Next(2) == 0)
        {
            Libc.Fchownat(at.Directory, at.Name, (uint)random.Next(3) * 1000, (uint)random.Next(70_000), Libc.AT_SYMLINK_NOFOLLOW);
        }
        else if (status.Type is Libc.S_IFREG or Libc.S_IFDIR)
        {
            Libc.Openat(at.Directory, at.Name, Libc.O_RDONLY | Libc.O_NOFOLLOW | Libc.O_NONBLOCK, 0, out SafeFileHandle? opened).ThrowIfFailed("openat", at.Name);
            using SafeFileHandle file = opened!;
            if (random.Next(2) == 0)
            {
                // Its user keeps the right to read, so that an ordinary one can compare.
                Libc.Fchmod(file, 0x1C0u | (uint)random.Next(0x1000));
            }
            else
            {
                Libc.Fsetxattr(file, _isRoot && random.Next(2) == 0 ? "trusted.t\0"u8 : "user.u\0"u8, Enumerable.Range(0, random.Next(20)).Select(i => (byte)i).ToArray());
            }
        }
    }

    private static void Rewrite(Place at, Random random)
    {
        if (Libc.Statx(at.Directory, at.Name, Libc.STATX_BASIC_STATS, out Libc.FileStatus status) == Errno.None && status.Type == Libc.S_IFREG)
        {
            Libc.Openat(at.Directory, at.Name, Libc.O_WRONLY | Libc.O_NOFOLLOW, 0, out SafeFileHandle? opened).ThrowIfFailed("openat", at.Name);
            using SafeFileHandle file = opened!;
            Libc.Pwrite(file, [(byte)random.Next()], random.Next(10)).ThrowIfFailed("pwrite", at.Name);
            // The clock of files moves every few milliseconds only.
            Libc.Futimens(file, new Libc.Timespec(random.Next(), random.Next(1_000_000_000)), new Libc.Timespec(random.Next(), random.Next(1_000_000_000))).ThrowIfFailed("futimens", at.Name);
        }
    }

    private static void SetTime(Random random, Place at)
    {
        var time = new Libc.Timespec(random.Next(4) == 0 ? -random.Next() : random.Next(), random.Next(1_000_000_000));
        Libc.Utimensat(at.Directory, at.Name, time, time, Libc.AT_SYMLINK_NOFOLLOW);
    }

    private static void WriteFile(SafeFileHandle directory, ReadOnlySpan<byte> name, Random random)
    {
        Libc.Openat(directory, name, Libc.O_WRONLY | Libc.O_CREAT | Libc.O_EXCL | Libc.O_NOFOLLOW, 0x1A4, out SafeFileHandle? opened).ThrowIfFailed("openat", name);
        using SafeFileHandle file = opened!;
        var content = new byte[random.Next(4) == 0 ? random.Next(200_000) : random.Next(20)];
        random.NextBytes(content);
        Libc.Pwrite(file, content, 0).ThrowIfFailed("pwrite", name);
        if (random.Next(8) == 0)
        {
            Libc.Ftruncate(file, content.Length + random.Next(300_000)).ThrowIfFailed("ftruncate", name);
        }
    }

    /// <summary>A name in the root or in a directory below, which may or may not be there.</summary>
    private Place Choose(Random random)
    {
        Libc.Openat(_root, ".\0"u8, Libc.O_RDONLY | Libc.O_DIRECTORY, 0, out SafeFileHandle? at).ThrowIfFailed("openat", ".");
        byte[] name = Names[random.Next(Names.Length)];
        while (random.Next(3) != 0 && Libc.Openat(at!, name, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_NOFOLLOW, 0, out SafeFileHandle? next) == Errno.None)
        {
            at!.Dispose();
            at = next;
            name = Names[random.Next(Names.Length)];
        }
        return new Place(at!, name);
    }

    private static void Remove(SafeFileHandle directory, ReadOnlySpan<byte> name) => new Oci.Image.RootFilesystems.TreeRemover(directories: null).Remove(directory, 0, name);

    private sealed record Place(SafeFileHandle Directory, byte[] Name) : IDisposable
    {
        public void Dispose() => Directory.Dispose();
    }
}
