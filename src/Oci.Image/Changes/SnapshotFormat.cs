namespace Oci.Image.Changes;

/// <summary>The form in which a <see cref="TreeSnapshot"/> is saved. Version 1.</summary>
/// <remarks>
/// <para>
/// <see cref="Magic"/>, a byte of flags (<see cref="HasContentDigests"/>), then a record for each name in the order of
/// <see cref="TreeWalk"/>, an empty record, and the SHA-256 of all bytes before. A record starts with the length of what
/// follows in it. Numbers are unsigned LEB128, or zigzag where they may be negative; bytes are a length and themselves.
/// </para>
/// <para>
/// A record: depth, name, a byte with the tar type in the low five bits less <c>'0'</c> and flags above. Of a further
/// name of a file before (type 1): the number of that record, from 0. Else: mode, uid, gid, time (zigzag seconds,
/// nanoseconds) if it has one; the size of a file, the target of a link, the numbers of a device; the count of
/// attributes, each a name and a value; the digest if it has one. Names are in order, and each record is as short as it can be.
/// </para>
/// </remarks>
internal static class SnapshotFormat
{
    public const byte HasContentDigests = 1;
    public const byte TypeMask = 0x1F;
    public const byte HasTime = 0x20;
    public const byte HasHash = 0x40;
    public const byte IsPassedOver = 0x80;

    public const int HashLength = 32;

    /// <summary>The longest record: more than an archive takes for the attributes of one entry.</summary>
    public const int MaxRecordLength = 2 << 20;

    public static ReadOnlySpan<byte> Magic => "oci-tree-snapshot 1\n"u8;
}
