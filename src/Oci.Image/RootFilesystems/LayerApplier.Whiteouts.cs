using Oci.Common.Linux;
using Oci.Image.Tar;

namespace Oci.Image.RootFilesystems;

internal sealed partial class LayerApplier
{
    private static ReadOnlySpan<byte> WhiteoutPrefix => ".wh."u8;

    private static ReadOnlySpan<byte> OpaqueWhiteout => ".wh..wh..opq\0"u8;

    /// <summary>Whether the entry's name is one for whiteouts alone: no file may have it (image-spec, layer.md, "Whiteouts").</summary>
    private bool IsWhiteout()
    {
        if (_path.Parent.StartsWith(WhiteoutPrefix) || _path.Parent.IndexOf("/.wh."u8) >= 0)
        {
            throw new UnpackRefusal(UnpackFailure.InvalidWhiteout, "lies in a directory with the name of a whiteout (.wh.), which no directory can have");
        }
        return _path.Leaf.StartsWith(WhiteoutPrefix);
    }

    /// <summary>Hides what lower layers have under a name, or in a directory; never what this layer has.</summary>
    /// <remarks>
    /// The order within a layer does not matter: what came before a whiteout is spared by name, and what comes after
    /// is not there yet. Content of a whiteout is passed over, as is its type: Docker on aufs wrote them as hardlinks.
    /// </remarks>
    private void ApplyWhiteout(TarEntry entry)
    {
        ReadOnlySpan<byte> hidden = _path.Leaf[WhiteoutPrefix.Length..];
        bool isOpaque = _path.Leaf.SequenceEqual(OpaqueWhiteout);
        bool isMeaningless = hidden.SequenceEqual("\0"u8) || hidden.SequenceEqual(".\0"u8) || hidden.SequenceEqual("..\0"u8)
            || (!isOpaque && hidden.StartsWith(WhiteoutPrefix));
        if (isMeaningless || entry.Type == TarEntryType.Directory)
        {
            throw new UnpackRefusal(UnpackFailure.InvalidWhiteout, "has the name of a whiteout (.wh.) but hides nothing that could be");
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
}
