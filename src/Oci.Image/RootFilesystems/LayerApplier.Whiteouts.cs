using Oci.Common.Linux;

namespace Oci.Image.RootFilesystems;

internal sealed partial class LayerApplier
{
    /// <summary>Hides what lower layers have under a name, or in a directory; never what this layer has.</summary>
    /// <remarks>
    /// The order within a layer does not matter: what came before a whiteout is spared by name, and what comes after
    /// is not there yet.
    /// </remarks>
    private void ApplyWhiteout(in Whiteout whiteout)
    {
        if (_hidden is not null)
        {
            MarkWhiteout(whiteout);
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
        if (whiteout.IsOpaque)
        {
            _whiteouts.RemoveChildren(_parents.Handle, _parents.Inode);
        }
        else
        {
            _whiteouts.Remove(_parents.Handle, _parents.Inode, whiteout.Hidden);
        }
    }

    /// <summary>Says the same in the form of overlayfs (kernel, filesystems/overlayfs.rst, "whiteouts and opaque directories").</summary>
    private void MarkWhiteout(in Whiteout whiteout)
    {
        OpenParent();
        if (whiteout.IsOpaque)
        {
            // overlayfs looks for no mark on the root of a layer.
            ThrowIfLowerDecides(_parents.Inode == _rootInode);
            _directories.SetOpaque(_parents.Inode);
            return;
        }
        ReadOnlySpan<byte> hidden = whiteout.Hidden;
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
