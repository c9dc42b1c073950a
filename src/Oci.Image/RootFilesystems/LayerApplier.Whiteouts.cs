using Oci.Common.Linux;
using Oci.Image.Tar;

namespace Oci.Image.RootFilesystems;

internal sealed partial class LayerApplier
{
    /// <summary>Whether the entry's name is one for whiteouts alone: no file may have it (image-spec, layer.md, "Whiteouts").</summary>
    private bool IsWhiteout()
    {
        if (WhiteoutName.IsBelow(_path.Parent))
        {
            throw new UnpackRefusal(UnpackFailure.InvalidWhiteout, "lies in a directory with the name of a whiteout (.wh.), which no directory can have");
        }
        return WhiteoutName.Is(_path.Leaf);
    }

    /// <summary>Hides what lower layers have under a name, or in a directory; never what this layer has.</summary>
    /// <remarks>
    /// The order within a layer does not matter: what came before a whiteout is spared by name, and what comes after
    /// is not there yet. Content of a whiteout is passed over, as is its type: Docker on aufs wrote them as hardlinks.
    /// </remarks>
    private void ApplyWhiteout(TarEntry entry)
    {
        bool hidesSomething = WhiteoutName.TryRead(_path.Leaf, out ReadOnlySpan<byte> hidden);
        bool isOpaque = hidden.IsEmpty;
        if (!hidesSomething || entry.Type == TarEntryType.Directory)
        {
            throw new UnpackRefusal(UnpackFailure.InvalidWhiteout, "has the name of a whiteout (.wh.) but hides nothing that could be");
        }
        if (_hidden is not null)
        {
            MarkWhiteout(isOpaque, hidden);
            return;
        }
        if (_whiteouts is null)
        {
            return;
        }
        Errno errno = _parents.Open(_path.Parent, made: null);
        if (errno is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP)
        {
            return;
        }
        errno.ThrowIfFailed("openat2", _path.Parent);
        _pathsChanged = true;
        if (isOpaque)
        {
            _whiteouts.RemoveChildren(_parents.Handle, _parents.Inode);
        }
        else
        {
            _whiteouts.Remove(_parents.Handle, _parents.Inode, hidden);
        }
    }

    /// <summary>Says the same in the form of overlayfs (kernel, filesystems/overlayfs.rst, "whiteouts and opaque directories").</summary>
    private void MarkWhiteout(bool isOpaque, ReadOnlySpan<byte> hidden)
    {
        OpenParent();
        if (isOpaque)
        {
            // overlayfs looks for no mark on the root of a layer.
            ThrowIfLowerDecides(_parents.Inode == _rootInode);
            _directories.SetOpaque(_parents.Inode);
            return;
        }
        Errno errno = Libc.Mknodat(_parents.Handle, hidden, Libc.S_IFCHR, 0);
        if (errno == Errno.EEXIST)
        {
            // What this layer has there hides the lower one already, unless both are directories and merge.
            Libc.Statx(_parents.Handle, hidden, Libc.STATX_BASIC_STATS, out Libc.FileStatus present).ThrowIfFailed("statx", hidden);
            if (present.Type == Libc.S_IFDIR)
            {
                _directories.SetOpaque(present.stx_ino);
            }
            return;
        }
        errno.ThrowIfFailed("mknodat", hidden);
        _hidden!.Add(_parents.Inode, hidden);
    }

    private void ThrowIfLowerDecides(bool condition)
    {
        if (condition && _hidden is not null)
        {
            throw new LowerLayerNeededException();
        }
    }
}
