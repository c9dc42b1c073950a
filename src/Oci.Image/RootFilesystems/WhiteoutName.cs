using System.Diagnostics;

namespace Oci.Image.RootFilesystems;

/// <summary>The names of whiteouts (image-spec, layer.md, "Whiteouts").</summary>
internal static class WhiteoutName
{
    /// <summary>What every whiteout's name starts with, and no file's.</summary>
    public static ReadOnlySpan<byte> Prefix => ".wh."u8;

    /// <summary>The name that hides all that lower layers have in its directory.</summary>
    public static ReadOnlySpan<byte> Opaque => ".wh..wh..opq"u8;

    /// <summary>Whether a name is one for whiteouts alone.</summary>
    public static bool Is(ReadOnlySpan<byte> name) => name.StartsWith(Prefix);

    /// <summary>Whether a directory on a path has such a name.</summary>
    public static bool IsBelow(ReadOnlySpan<byte> path) => path.StartsWith(Prefix) || path.IndexOf("/.wh."u8) >= 0;

    /// <summary>Reads the name of a whiteout.</summary>
    /// <param name="name">The name, ended by NUL.</param>
    /// <param name="hidden">What it hides, ended by NUL; empty for the opaque one.</param>
    /// <returns>False where it hides nothing that could be.</returns>
    public static bool TryRead(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> hidden)
    {
        Debug.Assert(Is(name), "Only for names with the prefix.");
        hidden = name[..^1].SequenceEqual(Opaque) ? default : name[Prefix.Length..];
        return hidden.IsEmpty
            || !(hidden.SequenceEqual("\0"u8) || hidden.SequenceEqual(".\0"u8) || hidden.SequenceEqual("..\0"u8) || hidden.StartsWith(Prefix));
    }

    /// <summary>Why a file of such a name cannot be packed.</summary>
    public static OciImageException Refused(string path) =>
        new($"The file '{path}' cannot be in a layer: names that start with .wh. say there what is deleted (image-spec, layer.md, Whiteouts). Rename or exclude it.");
}
