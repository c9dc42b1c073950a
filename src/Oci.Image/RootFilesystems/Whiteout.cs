using Oci.Image.Tar;

namespace Oci.Image.RootFilesystems;

/// <summary>An entry that hides what lower layers have (image-spec, layer.md, "Whiteouts").</summary>
/// <param name="hidden">The name that it hides, ended by NUL; empty where it hides all that is in its directory.</param>
internal readonly ref struct Whiteout(ReadOnlySpan<byte> hidden)
{
    /// <summary>The name that it hides, ended by NUL.</summary>
    public ReadOnlySpan<byte> Hidden { get; } = hidden;

    /// <summary>Whether it hides all that is in its directory.</summary>
    public bool IsOpaque => Hidden.IsEmpty;

    /// <summary>Whether an entry is a whiteout.</summary>
    /// <remarks>Its content is passed over, as is its type: Docker on aufs wrote whiteouts as hardlinks.</remarks>
    /// <exception cref="UnpackRefusal">The name is one for whiteouts alone, and this is none.</exception>
    public static bool TryFind(EntryPath path, TarEntryType type, out Whiteout whiteout)
    {
        whiteout = default;
        if (WhiteoutName.IsBelow(path.Parent))
        {
            throw new UnpackRefusal(UnpackFailure.InvalidWhiteout, "lies in a directory with the name of a whiteout (.wh.), which no directory can have");
        }
        if (!WhiteoutName.Is(path.Leaf))
        {
            return false;
        }
        if (!WhiteoutName.TryRead(path.Leaf, out ReadOnlySpan<byte> hidden) || type == TarEntryType.Directory)
        {
            throw new UnpackRefusal(UnpackFailure.InvalidWhiteout, "has the name of a whiteout (.wh.) but hides nothing that could be");
        }
        whiteout = new Whiteout(hidden);
        return true;
    }
}
