namespace Oci.Image.Tar;

/// <summary>What the records of PAX extended headers say of an entry. One object serves all entries of a reader.</summary>
/// <remarks>A later record of the same name wins; an empty value means "not given" (POSIX pax, "pax Extended Header").</remarks>
internal sealed class PaxHeader
{
    private TarXattr[] _xattrs = [];
    private int _xattrCount;

    public ReadOnlyMemory<byte> Path { get; private set; }
    public ReadOnlyMemory<byte> LinkPath { get; private set; }
    public ReadOnlyMemory<byte> UserName { get; private set; }
    public ReadOnlyMemory<byte> GroupName { get; private set; }
    public long? Size { get; private set; }
    public long? Uid { get; private set; }
    public long? Gid { get; private set; }
    public long? DevMajor { get; private set; }
    public long? DevMinor { get; private set; }
    public TarTime? ModifiedTime { get; private set; }
    public TarTime? AccessTime { get; private set; }
    public PaxSparse Sparse { get; } = new();
    public ReadOnlyMemory<TarXattr> Xattrs => _xattrs.AsMemory(0, _xattrCount);

    public void Clear()
    {
        Path = LinkPath = UserName = GroupName = default;
        Size = Uid = Gid = DevMajor = DevMinor = null;
        ModifiedTime = AccessTime = null;
        Sparse.Clear();
        _xattrCount = 0;
    }

    /// <summary>Takes in the records of one header, which must stay unchanged until <see cref="Clear"/>.</summary>
    /// <returns>What is wrong with them, or null.</returns>
    public string? Read(ReadOnlyMemory<byte> records, bool isGlobal, TarReaderOptions options)
    {
        while (!records.IsEmpty)
        {
            if (!PaxRecord.TryRead(ref records, out PaxRecord record))
            {
                return "A PAX record is malformed: it must be LENGTH KEY=VALUE and a newline";
            }
            // Go's reader, by which layers are made and read, gives a global header no effect. A name or size in one
            // would make two readers see two archives.
            if (isGlobal && IsOfOneEntry(record.Key.Span))
            {
                return $"A PAX global header sets '{TarName.ToDisplay(record.Key.Span)}', which can only belong to one entry";
            }
            if (Set(record.Key, record.Value, options) is string problem)
            {
                return problem;
            }
        }
        return null;
    }

    private static bool IsOfOneEntry(ReadOnlySpan<byte> key) =>
        key.SequenceEqual("path"u8) || key.SequenceEqual("linkpath"u8) || key.SequenceEqual("size"u8)
        || key.StartsWith("GNU.sparse."u8) || key.StartsWith("SCHILY.xattr."u8) || key.StartsWith("SCHILY.dev"u8);

    private string? Set(ReadOnlyMemory<byte> keyMemory, ReadOnlyMemory<byte> value, TarReaderOptions options)
    {
        ReadOnlySpan<byte> key = keyMemory.Span;
        if (key.StartsWith("SCHILY.xattr."u8))
        {
            return AddXattr(keyMemory["SCHILY.xattr.".Length..], value, options);
        }
        if (key.StartsWith("GNU.sparse."u8))
        {
            return Sparse.Set(key["GNU.sparse.".Length..], value, options);
        }
        bool valid = true;
        if (key.SequenceEqual("path"u8))
        {
            Path = Text(value, ref valid);
        }
        else if (key.SequenceEqual("linkpath"u8))
        {
            LinkPath = Text(value, ref valid);
        }
        else if (key.SequenceEqual("uname"u8))
        {
            UserName = Text(value, ref valid);
        }
        else if (key.SequenceEqual("gname"u8))
        {
            GroupName = Text(value, ref valid);
        }
        else if (key.SequenceEqual("size"u8))
        {
            Size = Number(value.Span, ref valid);
        }
        else if (key.SequenceEqual("uid"u8))
        {
            Uid = Number(value.Span, ref valid);
        }
        else if (key.SequenceEqual("gid"u8))
        {
            Gid = Number(value.Span, ref valid);
        }
        else if (key.SequenceEqual("mtime"u8))
        {
            ModifiedTime = Time(value.Span, ref valid);
        }
        else if (key.SequenceEqual("atime"u8))
        {
            AccessTime = Time(value.Span, ref valid);
        }
        else if (key.SequenceEqual("SCHILY.devmajor"u8))
        {
            DevMajor = Number(value.Span, ref valid);
        }
        else if (key.SequenceEqual("SCHILY.devminor"u8))
        {
            DevMinor = Number(value.Span, ref valid);
        }
        return valid ? null : $"The PAX record '{TarName.ToDisplay(key)}' has a value that is not allowed there";
    }

    private string? AddXattr(ReadOnlyMemory<byte> name, ReadOnlyMemory<byte> value, TarReaderOptions options)
    {
        if (name.IsEmpty)
        {
            return "A PAX record has an extended attribute whose name is empty";
        }
        for (int i = 0; i < _xattrCount; i++)
        {
            if (_xattrs[i].Name.SequenceEqual(name.Span))
            {
                _xattrs[i] = new TarXattr(name, value);
                return null;
            }
        }
        if (_xattrCount == options.MaxXattrCount)
        {
            return $"An entry has more than {options.MaxXattrCount} extended attributes (TarReaderOptions.MaxXattrCount)";
        }
        if (_xattrCount == _xattrs.Length)
        {
            Array.Resize(ref _xattrs, Math.Max(8, _xattrs.Length * 2));
        }
        _xattrs[_xattrCount++] = new TarXattr(name, value);
        return null;
    }

    private static ReadOnlyMemory<byte> Text(ReadOnlyMemory<byte> value, ref bool valid)
    {
        // Readers in C would see the name end at a NUL, others not: two readers, two names.
        valid = !value.Span.Contains((byte)0);
        return value;
    }

    private static long? Number(ReadOnlySpan<byte> value, ref bool valid)
    {
        if (value.IsEmpty)
        {
            return null;
        }
        bool negative = value[0] == '-';
        valid = TarNumber.TryParseDecimal(negative ? value[1..] : value, out long number);
        return negative ? -number : number;
    }

    private static TarTime? Time(ReadOnlySpan<byte> value, ref bool valid)
    {
        if (value.IsEmpty)
        {
            return null;
        }
        valid = TarTime.TryParse(value, out TarTime time);
        return time;
    }
}
