using System.Text.RegularExpressions;

namespace Oci.Interop.Tests.Tar;

/// <summary>A difference that is meant, and why.</summary>
/// <param name="What">As in <see cref="TarDifference.What"/>.</param>
/// <param name="Ours">A pattern for ours.</param>
/// <param name="Theirs">A pattern for theirs.</param>
/// <param name="Reason">Why ours is as it is.</param>
internal sealed record JustifiedDifference(string What, string Ours, string Theirs, string Reason)
{
    /// <summary>Whether the reason only holds for archives in which a link, device, directory or FIFO has a size.</summary>
    public bool OnlyWithSizedLinks { get; init; }

    public bool Explains(TarDifference difference, byte[] archive) =>
        What == difference.What && (!OnlyWithSizedLinks || HasSizedLinks(archive)) && Regex.IsMatch(difference.Ours, Ours, RegexOptions.Singleline) && Regex.IsMatch(difference.Theirs, Theirs, RegexOptions.Singleline);

    /// <summary>What we refuse whoever reads it.</summary>
    public static IReadOnlyList<JustifiedDifference> Strictness { get; } =
    [
        new("refused here", "^A PAX record is malformed", "", "A record that is cut or runs over means another thing to each reader."),
        new("refused here", "^A PAX global header sets ", "", "Go gives a global header no effect: two readers would see two archives."),
        new("refused here", "^The PAX record '.*' (has a value that is not allowed there|is not a number|has no offset before it|holds NUL)", "", "Others take what they can of it, each another part."),
        new("refused here", "^A block of zeros is followed by something else", "", "What follows is hidden from some readers and not from others."),
        new("refused here", "^The header's .* is not a number", "", "Others read the digits before the damage, or 0."),
        new("refused here", "^A sparse (map|file) ", "", "A map that does not fit the content would shift what follows."),
        new("refused here", "^The entry is sparse ", "", "The file cannot be made as it was."),
        new("refused here", "^The entry has no name", "", "Nothing can be made of it."),
        new("refused here", "^The entry has a type which no layer can have", "", "POSIX takes an unknown type for a file; a layer has no use for one, and a reader that knows it would see something else."),
        new("refused here", "give the entry two names", "", "GNU tar goes by the PAX record, Go and libarchive by the long name."),
        new("refused here", "^The size .* is impossible|^The device .* number .* is impossible|^The archive ends ", "", "No file can be so, or it is not there."),
    ];

    /// <summary>What libarchive 3.6 does by itself.</summary>
    public static IReadOnlyList<JustifiedDifference> LibArchive { get; } =
    [
        .. Strictness,
        new("uid", @"^\w+ 7$", "", "libarchive gives a global header no effect; POSIX does, and GNU tar."),
        new("mtime", @"^\w+ 12\.5", "", "The same."),
        new("mtime", @"^\w+ -", @"^\w+ -", "libarchive adds the fraction of a negative time in place of taking it off: -1.5 is -0.5 there."),
        new("refused there", "^after  comes ", "^Unrecognized archive format", "libarchive looks harder at the first header, so as to know a tar from other formats."),
        new("refused there", "", "^Ignoring malformed pax extended attribute|^Invalid pax extended attributes", "libarchive takes a second PAX header of one entry for damage; here, as in Go, it replaces the first."),
        new("refused there", " size=[1-9]", "^Damaged tar archive", "libarchive lets a number end at its first NUL, where Go passes over NULs before it; and looks for a sparse map in files that are not of that type."),
        new("refused there", "", "^Tar entry (size overflow|has negative size)", "libarchive looks at the size of what can have none.") { OnlyWithSizedLinks = true },
        new("mode", "", @"^\w+ 0$", "libarchive lets a number end at its first NUL, where Go passes over NULs before it."),
        new("device", "", @"^\w+ 0:", "The same."),
        new("device", @"^\w+ 0:0$", "", "libarchive takes five letters of the magic for ustar; Go wants the NUL too, and takes all else for v7, which has no devices."),
        new("name", "", @"^\w+ $", "An empty GNU long name counts for libarchive; Go takes it for none."),
        new("link", "", @"^\w+ $", "The same, and a hardlink without a target has no type there."),
        new("type", "^HardLink", "^0", "The same."),
        new("type", "^File", "^Directory", "libarchive takes a slash at the end for a directory; POSIX and Go go by the type where there is one."),
    ];

    /// <summary>What GNU tar 1.34 does by itself.</summary>
    public static IReadOnlyList<JustifiedDifference> GnuTar { get; } =
    [
        .. Strictness,
        new("refused here", "^The archive's end marker comes where the entry of a PAX or long-name header must follow", "", "An entry is missing, which nobody should take for whole."),
        new("refused there", "", "Archive contains .* where numeric", "A field that a PAX record overrides, or that the type has no use for, is not looked at."),
        new("uid", @"^\w+ 7$", "", "GNU tar forgets a global header at the next one; POSIX lets its other records stand."),
        new("mtime", @"^\w+ 12\.5", "", "The same."),
        new("link", "", @"^\w+ $", "An empty GNU long name counts for GNU tar; Go takes it for none."),
        new("link", @"^\w+ n{1,99}$", @"^\w+ n{100}", "GNU tar reads a long name without a NUL beyond its end."),
        new("refused there", "", "Unexpected EOF in archive", "GNU tar passes over as many bytes as the size of a link says; POSIX and Go give it none.") { OnlyWithSizedLinks = true },
        new("refused here", "^A header's checksum is wrong", "", "The same.") { OnlyWithSizedLinks = true },
    ];

    private static bool HasSizedLinks(byte[] archive)
    {
        for (int start = 0; start + 512 <= archive.Length; start += 512)
        {
            ReadOnlySpan<byte> block = archive.AsSpan(start, 512);
            if (block[156] is >= (byte)'1' and <= (byte)'6' && block[124..136].ContainsAnyExcept((byte)'0', (byte)' ', (byte)0))
            {
                return true;
            }
        }
        return false;
    }
}
