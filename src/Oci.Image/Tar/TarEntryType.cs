namespace Oci.Image.Tar;

/// <summary>What an entry of a tar archive is.</summary>
/// <remarks>
/// The values are the type flags of ustar (POSIX pax, "ustar Interchange Format"). A reader hands out other flags,
/// such as GNU's <c>V</c> for a volume label, with their own byte as the value: the consumer decides about them.
/// </remarks>
public enum TarEntryType : byte
{
    /// <summary>No type: that of a header that was not filled in.</summary>
    None = 0,

    /// <summary>A regular file. Old (NUL), contiguous (<c>7</c>) and sparse (<c>S</c>) files are read as this.</summary>
    File = (byte)'0',

    /// <summary>A second name of a file that came earlier in this archive or in a lower layer.</summary>
    HardLink = (byte)'1',

    /// <summary>A symbolic link.</summary>
    SymbolicLink = (byte)'2',

    /// <summary>A character device.</summary>
    CharacterDevice = (byte)'3',

    /// <summary>A block device.</summary>
    BlockDevice = (byte)'4',

    /// <summary>A directory.</summary>
    Directory = (byte)'5',

    /// <summary>A FIFO.</summary>
    Fifo = (byte)'6',
}
