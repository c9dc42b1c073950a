using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Image.RootFilesystems;

namespace Oci.Distribution.Artifacts;

/// <summary>A directory of Linux, known by its handle: each name of a title is opened below the last, and no link is followed.</summary>
internal sealed class LinuxTarget : IArtifactTarget
{
    private const uint PrivateMode = 0x1C0;
    private const uint DefaultMode = 0x1FF;

    private readonly RootDirectory _root;
    private readonly SafeFileHandle _staging;

    private LinuxTarget(RootDirectory root, SafeFileHandle staging, string path)
    {
        _root = root;
        _staging = staging;
        Staging = path;
    }

    public string Staging { get; }

    public static LinuxTarget Open(string directory)
    {
        Directory.CreateDirectory(directory);
        RootDirectory root = RootDirectory.Open(directory);
        try
        {
            string name = ".oci-pull-" + RandomNumberGenerator.GetHexString(32, lowercase: true);
            Libc.Mkdirat(root.Handle, Terminate(name), PrivateMode).ThrowIfFailed("mkdirat", Path.Combine(directory, name));
            OpenDirectory(root.Handle, name, out SafeFileHandle? staging).ThrowIfFailed("openat", Path.Combine(directory, name));
            return new LinuxTarget(root, staging!, Path.Combine(directory, name));
        }
        catch
        {
            root.Dispose();
            throw;
        }
    }

    public void Check(ArtifactTitle title, bool isDirectory, bool overwrite)
    {
        using SafeFileHandle? parent = OpenParent(title, make: false);
        if (parent is null || Libc.Statx(parent, Terminate(title.Parts[^1]), Libc.STATX_TYPE, out Libc.FileStatus status) == Errno.ENOENT)
        {
            return;
        }
        if (!overwrite || isDirectory != (status.Type == Libc.S_IFDIR))
        {
            throw TargetRules.Exists(title, overwrite);
        }
    }

    public bool HasDirectory(ArtifactTitle title)
    {
        using SafeFileHandle? parent = OpenParent(title, make: false);
        return parent is not null
            && Libc.Statx(parent, Terminate(title.Parts[^1]), Libc.STATX_TYPE, out Libc.FileStatus status) == Errno.None
            && status.Type == Libc.S_IFDIR;
    }

    public void Place(string staged, ArtifactTitle title, bool overwrite)
    {
        using SafeFileHandle parent = OpenParent(title, make: true)!;
        byte[] name = Terminate(title.Parts[^1]);
        Errno errno = Libc.Renameat2(_staging, Terminate(staged), parent, name, overwrite ? 0 : Libc.RENAME_NOREPLACE);
        if (errno is Errno.EINVAL or Errno.ENOSYS && !overwrite)
        {
            // File systems such as NFS know no such rename: looked first, then.
            errno = Libc.Statx(parent, name, Libc.STATX_TYPE, out _) == Errno.ENOENT ? Libc.Renameat2(_staging, Terminate(staged), parent, name, 0) : Errno.EEXIST;
        }
        if (errno is Errno.EEXIST or Errno.ENOTEMPTY or Errno.EISDIR or Errno.ENOTDIR)
        {
            throw TargetRules.Exists(title, overwrite);
        }
        errno.ThrowIfFailed("renameat2", title.ToString());
    }

    public void Dispose()
    {
        _staging.Dispose();
        _root.Dispose();
        RootFilesystem.Delete(Staging);
    }

    /// <summary>The directory of a title; null where it is missing and is not to be made.</summary>
    private SafeFileHandle? OpenParent(ArtifactTitle title, bool make)
    {
        OpenDirectory(_root.Handle, ".", out SafeFileHandle? at).ThrowIfFailed("openat", ".");
        foreach (string part in title.Parts.SkipLast(1))
        {
            Errno errno = OpenDirectory(at!, part, out SafeFileHandle? next);
            if (errno == Errno.ENOENT && make)
            {
                Errno made = Libc.Mkdirat(at!, Terminate(part), DefaultMode);
                errno = made is Errno.None or Errno.EEXIST ? OpenDirectory(at!, part, out next) : made;
            }
            at!.Dispose();
            if (errno == Errno.ENOENT && !make)
            {
                return null;
            }
            if (errno is Errno.ENOTDIR or Errno.ELOOP)
            {
                throw TargetRules.InTheWay(title, part);
            }
            errno.ThrowIfFailed("openat", title.ToString());
            at = next;
        }
        return at;
    }

    private static Errno OpenDirectory(SafeFileHandle parent, string name, out SafeFileHandle? directory) =>
        Libc.Openat(parent, Terminate(name), Libc.O_PATH | Libc.O_DIRECTORY | Libc.O_NOFOLLOW, 0, out directory);

    private static byte[] Terminate(string name) => Encoding.UTF8.GetBytes(name + '\0');
}
