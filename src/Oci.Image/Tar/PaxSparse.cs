namespace Oci.Image.Tar;

/// <summary>The <c>GNU.sparse.*</c> records of an entry (GNU tar manual, "Storing Sparse Files": PAX formats 0.0, 0.1 and 1.0).</summary>
internal sealed class PaxSparse
{
    private long? _major;
    private long? _minor;
    private long? _pendingOffset;

    /// <summary>The file's name; the entry's own is made up for old readers.</summary>
    public ReadOnlyMemory<byte> Name { get; private set; }

    /// <summary>The file's size with its holes.</summary>
    public long? RealSize { get; private set; }

    /// <summary>The map of formats 0.0 and 0.1; that of 1.0 lies at the start of the content.</summary>
    public SparseMap Map { get; } = new();

    public bool HasMap { get; private set; }

    public bool IsPresent { get; private set; }

    /// <summary>Whether the map is at the start of the content.</summary>
    public bool IsMapInContent => _major == 1 && _minor == 0;

    /// <summary>Whether the version is one of the three.</summary>
    public bool IsKnownVersion => IsMapInContent || ((_major ?? 0) == 0 && (_minor ?? 0) is 0 or 1);

    public void Clear()
    {
        _major = _minor = _pendingOffset = RealSize = null;
        Name = default;
        HasMap = IsPresent = false;
        Map.Clear();
    }

    /// <summary>Takes in a record; <paramref name="key"/> is what follows <c>GNU.sparse.</c></summary>
    /// <returns>What is wrong with it, or null.</returns>
    public string? Set(ReadOnlySpan<byte> key, ReadOnlyMemory<byte> value, TarReaderOptions options)
    {
        IsPresent = true;
        if (key.SequenceEqual("name"u8))
        {
            Name = value;
            return value.Span.Contains((byte)0) ? "The PAX record 'GNU.sparse.name' holds NUL" : null;
        }
        if (key.SequenceEqual("map"u8))
        {
            return ReadMap(value.Span, options);
        }
        if (!TarNumber.TryParseDecimal(value.Span, out long number))
        {
            return $"The PAX record 'GNU.sparse.{TarName.ToDisplay(key)}' is not a number";
        }
        if (key.SequenceEqual("major"u8))
        {
            _major = number;
        }
        else if (key.SequenceEqual("minor"u8))
        {
            _minor = number;
        }
        else if (key.SequenceEqual("realsize"u8) || key.SequenceEqual("size"u8))
        {
            RealSize = number;
        }
        else if (key.SequenceEqual("offset"u8))
        {
            _pendingOffset = number;
        }
        else if (key.SequenceEqual("numbytes"u8))
        {
            if (_pendingOffset is not long offset)
            {
                return "The PAX record 'GNU.sparse.numbytes' has no offset before it";
            }
            _pendingOffset = null;
            HasMap = true;
            return Map.Add(offset, number, options);
        }
        return null;
    }

    private string? ReadMap(ReadOnlySpan<byte> text, TarReaderOptions options)
    {
        Map.Clear();
        HasMap = true;
        while (!text.IsEmpty)
        {
            if (!TryTake(ref text, out long offset) || !TryTake(ref text, out long length))
            {
                return "The PAX record 'GNU.sparse.map' is not a list of offsets and lengths";
            }
            if (Map.Add(offset, length, options) is string problem)
            {
                return problem;
            }
        }
        return null;
    }

    private static bool TryTake(ref ReadOnlySpan<byte> text, out long number)
    {
        int comma = text.IndexOf((byte)',');
        ReadOnlySpan<byte> digits = comma < 0 ? text : text[..comma];
        text = comma < 0 ? default : text[(comma + 1)..];
        return TarNumber.TryParseDecimal(digits, out number);
    }
}
