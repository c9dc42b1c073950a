namespace Oci.Image.Tar;

/// <content>Fills the entry from its block and what the headers before it said.</content>
internal sealed partial class TarHeaderReader
{
    private void FillEntry(byte flag, long offset)
    {
        TarEntry entry = Entry;
        ReadOnlySpan<byte> magic = _block.AsSpan(TarBlock.Magic);
        bool isUstar = magic.SequenceEqual("ustar\0"u8);
        bool isGnu = magic.SequenceEqual("ustar "u8);
        entry.HeaderOffset = offset;
        entry.NameMemory = GetName(isUstar);
        entry.Type = GetEntryType(flag, entry.Name);
        entry.LinkNameMemory = entry.Type is TarEntryType.HardLink or TarEntryType.SymbolicLink
            ? FirstOf(_pax.LinkPath, _longLink, TarName.UntilNul(_block.AsMemory(TarBlock.LinkName)))
            : default;
        if (entry.Name.IsEmpty)
        {
            throw Fail("The entry has no name");
        }
        if (AreAtOdds(_pax.Path, _longName) || AreAtOdds(_pax.LinkPath, _longLink))
        {
            // GNU tar goes by the PAX record, Go and libarchive by the long name.
            throw Fail("A PAX header and a GNU header give the entry two names");
        }
        int longest = Math.Max(entry.Name.Length, entry.LinkName.Length);
        if (longest > options.MaxNameLength)
        {
            throw Fail($"A name of {longest} bytes is longer than the {options.MaxNameLength} allowed (TarReaderOptions.MaxNameLength)");
        }

        // Old BSD tars keep the file type's bits in the mode.
        entry.Mode = (int)(Field(TarBlock.Mode, "mode", offset) & 0xfff);
        entry.Uid = _pax.Uid ?? _global?.Uid ?? Field(TarBlock.Uid, "uid", offset);
        entry.Gid = _pax.Gid ?? _global?.Gid ?? Field(TarBlock.Gid, "gid", offset);
        entry.ModifiedTime = _pax.ModifiedTime ?? _global?.ModifiedTime ?? new TarTime(Field(TarBlock.ModifiedTime, "mtime", offset));
        entry.AccessTime = _pax.AccessTime ?? _global?.AccessTime;
        // v7 headers end before the magic: other readers take nothing from behind it either.
        bool isV7 = !isUstar && !isGnu;
        entry.UserNameMemory = FirstOf(_pax.UserName, _global?.UserName ?? default, isV7 ? default : TarName.UntilNul(_block.AsMemory(TarBlock.UserName)));
        entry.GroupNameMemory = FirstOf(_pax.GroupName, _global?.GroupName ?? default, isV7 ? default : TarName.UntilNul(_block.AsMemory(TarBlock.GroupName)));
        bool isDevice = entry.Type is TarEntryType.CharacterDevice or TarEntryType.BlockDevice;
        entry.DevMajor = isDevice ? DeviceNumber(_pax.DevMajor, isV7, TarBlock.DevMajor, "device major number") : 0;
        entry.DevMinor = isDevice ? DeviceNumber(_pax.DevMinor, isV7, TarBlock.DevMinor, "device minor number") : 0;
        entry.XattrsMemory = _pax.Xattrs;
        FillSizes(flag);
    }

    private void FillSizes(byte flag)
    {
        TarEntry entry = Entry;
        entry.SparseSegmentsMemory = default;
        entry.IsSparse = false;
        if (IsWithoutContent(entry.Type))
        {
            entry.Size = entry.StoredSize = 0;
            return;
        }
        entry.StoredSize = _pax.Size ?? Field(TarBlock.FileSize, "size", Entry.HeaderOffset);
        // Room for the padding, so that positions cannot overflow.
        if (entry.StoredSize is < 0 or > long.MaxValue - TarBlock.Size)
        {
            throw Fail($"The size {entry.StoredSize} is impossible");
        }
        entry.Size = entry.StoredSize;
        entry.IsSparse = flag == 'S' || (entry.Type == TarEntryType.File && _pax.Sparse.IsPresent);
    }

    private ReadOnlyMemory<byte> GetName(bool isUstar)
    {
        ReadOnlyMemory<byte> given = FirstOf(_pax.Sparse.Name, _pax.Path, _longName);
        ReadOnlyMemory<byte> name = TarName.UntilNul(_block.AsMemory(TarBlock.Name));
        if (!given.IsEmpty || !isUstar)
        {
            return given.IsEmpty ? name : given;
        }
        bool isStar = _block.AsSpan(TarBlock.StarTrailer).SequenceEqual("tar\0"u8);
        ReadOnlyMemory<byte> prefix = TarName.UntilNul(_block.AsMemory(isStar ? TarBlock.StarPrefix : TarBlock.Prefix));
        if (prefix.IsEmpty)
        {
            return name;
        }
        prefix.CopyTo(_joinedName);
        _joinedName[prefix.Length] = (byte)'/';
        name.CopyTo(_joinedName.AsMemory(prefix.Length + 1));
        return _joinedName.AsMemory(0, prefix.Length + 1 + name.Length);
    }

    private uint DeviceNumber(long? given, bool isV7, Range field, string what)
    {
        long number = given ?? (isV7 ? 0 : Field(field, what, Entry.HeaderOffset));
        return number is >= 0 and <= uint.MaxValue
            ? (uint)number
            : throw Fail($"The {what} {number} is impossible");
    }

    private static TarEntryType GetEntryType(byte flag, ReadOnlySpan<byte> name) => flag switch
    {
        // v7 had no directories; their names end with a slash.
        0 => name is [.., (byte)'/'] ? TarEntryType.Directory : TarEntryType.File,
        (byte)'7' or (byte)'S' => TarEntryType.File,
        _ => (TarEntryType)flag,
    };

    private static bool IsWithoutContent(TarEntryType type) => type
        is TarEntryType.HardLink or TarEntryType.SymbolicLink or TarEntryType.Directory
        or TarEntryType.CharacterDevice or TarEntryType.BlockDevice or TarEntryType.Fifo;

    private static bool AreAtOdds(ReadOnlyMemory<byte> pax, ReadOnlyMemory<byte> gnu) =>
        !pax.IsEmpty && !gnu.IsEmpty && !pax.Span.SequenceEqual(gnu.Span);

    private static ReadOnlyMemory<byte> FirstOf(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second, ReadOnlyMemory<byte> third) =>
        !first.IsEmpty ? first : !second.IsEmpty ? second : third;
}
