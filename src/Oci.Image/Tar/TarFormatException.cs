namespace Oci.Image.Tar;

/// <summary>A tar archive is truncated, damaged or outside the limits of its reader.</summary>
public sealed class TarFormatException : OciImageException
{
    /// <summary>Makes an exception that says what is wrong, and where.</summary>
    /// <param name="problem">What is wrong, as a sentence without its full stop.</param>
    /// <param name="offset">The offset in the archive of the header or content at fault, in bytes.</param>
    /// <param name="entryName">The name of the entry it belongs to, where one is known.</param>
    public TarFormatException(string problem, long offset, string? entryName = null)
        : base(entryName is null
            ? $"{problem} (tar archive, at byte {offset})."
            : $"{problem} (tar archive, entry '{entryName}', at byte {offset}).")
    {
        Offset = offset;
        EntryName = entryName;
    }

    /// <summary>The offset in the uncompressed archive of the header or content at fault, in bytes.</summary>
    public long Offset { get; }

    /// <summary>
    /// The name of the entry at fault, where one is known, for display: bytes that are not printable ASCII
    /// or UTF-8 are replaced, and a long name is cut.
    /// </summary>
    public string? EntryName { get; }
}
