using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Image.Tar;

namespace Oci.Image.RootFilesystems;

internal sealed partial class LayerApplier
{
    private SafeFileHandle? Make(TarEntry entry)
    {
        switch (entry.Type)
        {
            case TarEntryType.File:
                return MakeFile(entry);
            case TarEntryType.Directory:
                MakeDirectory(entry);
                return null;
            case TarEntryType.SymbolicLink:
                MakeSymbolicLink(entry);
                return null;
            case TarEntryType.HardLink:
                MakeHardLink(entry);
                return null;
            case TarEntryType.Fifo:
                MakeSpecial(entry, Libc.S_IFIFO);
                return null;
            case TarEntryType.CharacterDevice:
                MakeSpecial(entry, Libc.S_IFCHR);
                return null;
            case TarEntryType.BlockDevice:
                MakeSpecial(entry, Libc.S_IFBLK);
                return null;
            default:
                throw UnpackRefusal.UnsupportedType(entry);
        }
    }

    private void SetRoot(TarEntry entry)
    {
        XattrWriter.Clear(_root.Handle, entry.Name);
        SetDirectory(_root.Handle, _rootInode, entry);
    }

    private void MakeDirectory(TarEntry entry)
    {
        for (int tries = 0; ; tries++)
        {
            Errno errno = Libc.Mkdirat(_parents.Handle, _path.Leaf, DirectoryTable.PrivateMode);
            bool isNew = errno == Errno.None;
            if (!isNew && (errno != Errno.EEXIST || tries == MaxRaces))
            {
                throw LinuxError.ToException(errno, "mkdirat", entry.Name);
            }
            errno = Libc.Openat(_parents.Handle, _path.Leaf, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_NOFOLLOW, 0, out SafeFileHandle? opened);
            using SafeFileHandle? directory = opened;
            if (errno is Errno.ENOTDIR or Errno.ELOOP)
            {
                Replace();
            }
            else if (errno != Errno.ENOENT)
            {
                errno.ThrowIfFailed("openat", entry.Name);
                Libc.Statx(directory!, Libc.STATX_INO, out Libc.FileStatus status).ThrowIfFailed("statx", entry.Name);
                if (isNew)
                {
                    NoteDirectory(status.stx_ino, _parents.Inode);
                    if (_hidden?.Contains(_parents.Inode, _path.Leaf) == true)
                    {
                        _directories.SetOpaque(status.stx_ino);
                    }
                }
                else
                {
                    XattrWriter.Clear(directory!, entry.Name);
                }
                SetDirectory(directory!, status.stx_ino, entry);
                return;
            }
        }
    }

    private void SetDirectory(SafeFileHandle directory, ulong inode, TarEntry entry)
    {
        // Where groups come from the directory (grpid of mount(8)), its new owner decides from here on.
        _serialOfOwner = 0;
        _ownership.Apply(directory, (uint)entry.Uid, (uint)entry.Gid, entry.Name);
        List<LateXattr>? late = null;
        foreach (TarXattr xattr in entry.Xattrs)
        {
            if (XattrWriter.IsLate(xattr.Name))
            {
                _aclBytes += xattr.Name.Length + xattr.Value.Length;
                EntryChecks.CheckAclBytes(_aclBytes, _options);
                (late ??= []).Add(new LateXattr(xattr.Name.ToArray(), xattr.Value.ToArray()));
            }
            else
            {
                _xattrs.Apply(directory, xattr.Name, xattr.Value, entry.Name);
            }
        }
        _directories.Set(inode, (uint)entry.Mode & 0xFFF, entry.AccessTime ?? entry.ModifiedTime, entry.ModifiedTime, late?.ToArray());
    }

    private void MakeSymbolicLink(TarEntry entry)
    {
        EntryChecks.CheckSymbolicLink(entry);
        int length = entry.LinkName.Length;
        if (_target.Length <= length)
        {
            _target = new byte[length + 1];
        }
        entry.LinkName.CopyTo(_target);
        _target[length] = 0;
        ReadOnlySpan<byte> target = _target.AsSpan(0, length + 1);
        int tries = 0;
        while (MustTryAgain(Libc.Symlinkat(target, _parents.Handle, _path.Leaf), "symlinkat", entry.Name, ref tries))
        {
        }
        SetAttributesOfName(entry);
    }

    private void MakeHardLink(TarEntry entry)
    {
        EntryChecks.CheckHardLink(entry, _linkPath, _options.AllowAbsoluteNames);
        Errno errno = _linkParents.Open(_linkPath.Parent, made: null);
        if (errno is not (Errno.None or Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP))
        {
            throw LinuxError.ToException(errno, "openat2", _linkPath.Parent);
        }
        Libc.FileStatus target = default;
        if (errno == Errno.None)
        {
            errno = Libc.Statx(_linkParents.Handle, _linkPath.Leaf, Libc.STATX_BASIC_STATS, out target);
        }
        ThrowIfLowerDecides(errno != Errno.None || (target.Type == Libc.S_IFCHR && _hidden?.Contains(_linkParents.Inode, _linkPath.Leaf) == true));
        if (errno != Errno.None)
        {
            throw UnpackRefusal.HardLinkTargetMissing(entry);
        }
        if (target.Type == Libc.S_IFDIR)
        {
            throw UnpackRefusal.HardLinkToDirectory(entry);
        }
        // To replace a name by a link to its own file would remove the file first.
        if (Libc.Statx(_parents.Handle, _path.Leaf, Libc.STATX_BASIC_STATS, out Libc.FileStatus present) == Errno.None
            && present.stx_ino == target.stx_ino && present.stx_dev_major == target.stx_dev_major && present.stx_dev_minor == target.stx_dev_minor)
        {
            return;
        }
        int tries = 0;
        while (true)
        {
            errno = Libc.Linkat(_linkParents.Handle, _linkPath.Leaf, _parents.Handle, _path.Leaf);
            if (errno == Errno.ENOENT)
            {
                throw new UnpackRefusal(UnpackFailure.HardLinkTargetMissing, $"is a hardlink to '{PathText.Describe(entry.LinkName)}', which it replaces");
            }
            if (!MustTryAgain(errno, "linkat", entry.Name, ref tries))
            {
                return;
            }
        }
    }

    private void MakeSpecial(TarEntry entry, uint type)
    {
        uint device = 0;
        if (type != Libc.S_IFIFO)
        {
            if (entry.DevMajor > 0xFFF || entry.DevMinor > 0xFFFFF)
            {
                throw new UnpackRefusal(UnpackFailure.UnsupportedEntryType, $"is the device {entry.DevMajor}:{entry.DevMinor}, beyond what Linux can number");
            }
            device = Libc.MakeDevice(entry.DevMajor, entry.DevMinor);
        }
        int tries = 0;
        while (true)
        {
            Errno errno = Libc.Mknodat(_parents.Handle, _path.Leaf, type | PrivateFileMode, device);
            if (errno == Errno.EPERM && type != Libc.S_IFIFO)
            {
                ReplaceDevice(entry);
                return;
            }
            if (!MustTryAgain(errno, "mknodat", entry.Name, ref tries))
            {
                break;
            }
        }
        SetAttributesOfName(entry);
    }

    private void ReplaceDevice(TarEntry entry)
    {
        _notices.Add(UnpackNoticeKind.DeviceReplaced, entry.Name);
        using SafeFileHandle file = MakeFile(entry);
        SetAttributes(file, entry);
    }

    /// <summary>Sets the attributes of a link, device or FIFO, none of which is ever opened: that could block or act on a device.</summary>
    private void SetAttributesOfName(TarEntry entry)
    {
        _ownership.ApplyToName(_parents.Handle, _path.Leaf, (uint)entry.Uid, (uint)entry.Gid, entry.Name);
        _xattrs.ApplyToName(_parents.Handle, _path.Leaf, entry.Xattrs, entry.Name);
        if (entry.Type != TarEntryType.SymbolicLink)
        {
            Libc.Openat(_parents.Handle, _path.Leaf, Libc.O_PATH | Libc.O_NOFOLLOW, 0, out SafeFileHandle? opened).ThrowIfFailed("openat", entry.Name);
            using SafeFileHandle node = opened!;
            ProcPath.Chmod(node, (uint)entry.Mode & 0xFFF).ThrowIfFailed("fchmodat", entry.Name);
        }
        var attributes = new FileEntryAttributes(entry);
        Libc.Utimensat(_parents.Handle, _path.Leaf, attributes.AccessTime, attributes.ModifiedTime, Libc.AT_SYMLINK_NOFOLLOW).ThrowIfFailed("utimensat", entry.Name);
    }
}
