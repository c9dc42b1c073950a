using Oci.Image.Tar;

namespace Oci.Image.RootFilesystems;

/// <summary>An entry that hides what lower layers have (image-spec, layer.md, "Whiteouts").</summary>
/// <param name="isOpaque">Whether it hides all that is in its directory.</param>
/// <param name="hidden">Else the name that it hides, ended by NUL.</param>
internal readonly ref struct WhiteoutName(bool isOpaque, ReadOnlySpan<byte> hidden)
{
    public static ReadOnlySpan<byte> Prefix => ".wh."u8;

    public bool IsOpaque { get; } = isOpaque;

    public ReadOnlySpan<byte> Hidden { get; } = hidden;

    /// <summary>Whether a name is that of a whiteout.</summary>
    /// <remarks>Its content is passed over, as is its type: Docker on aufs wrote whiteouts as hardlinks.</remarks>
    /// <exception cref="UnpackRefusal">The name is one for whiteouts alone, and this is none.</exception>
    public static bool TryFind(EntryPath path, TarEntryType type, out WhiteoutName whiteout)
    {
        whiteout = default;
        if (path.Parent.StartsWith(Prefix) || path.Parent.IndexOf("/.wh."u8) >= 0)
        {
            throw new UnpackRefusal(UnpackFailure.InvalidWhiteout, "lies in a directory with the name of a whiteout (.wh.), which no directory can have");
        }
        if (!path.Leaf.StartsWith(Prefix))
        {
            return false;
        }
        ReadOnlySpan<byte> hidden = path.Leaf[Prefix.Length..];
        bool isOpaque = path.Leaf.SequenceEqual(".wh..wh..opq\0"u8);
        bool isMeaningless = hidden.SequenceEqual("\0"u8) || hidden.SequenceEqual(".\0"u8) || hidden.SequenceEqual("..\0"u8)
            || (!isOpaque && hidden.StartsWith(Prefix));
        if (isMeaningless || type == TarEntryType.Directory)
        {
            throw new UnpackRefusal(UnpackFailure.InvalidWhiteout, "has the name of a whiteout (.wh.) but hides nothing that could be");
        }
        whiteout = new WhiteoutName(isOpaque, hidden);
        return true;
    }
}
