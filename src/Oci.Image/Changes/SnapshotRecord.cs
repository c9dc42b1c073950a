namespace Oci.Image.Changes;

/// <summary>Reads the parts of one record of a saved snapshot.</summary>
internal ref struct SnapshotRecord(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _left = bytes;

    public readonly bool IsEmpty => _left.IsEmpty;

    public byte Byte() => Take(1)[0];

    /// <summary>Reads a number of at most <paramref name="max"/>, in its shortest form.</summary>
    public ulong Number(ulong max)
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte part = Byte();
            ulong bits = part & 0x7Ful;
            if (bits << shift >> shift != bits)
            {
                break;
            }
            value |= bits << shift;
            if (part < 0x80)
            {
                bool isShortest = part != 0 || shift == 0;
                return isShortest && value <= max ? value : throw Damaged($"a number is {value}, or is not in its shortest form, where {max} is the most");
            }
        }
        throw Damaged("a number is too long");
    }

    public ReadOnlySpan<byte> Bytes(int maxLength) => Take((int)Number((ulong)maxLength));

    public ReadOnlySpan<byte> Take(int count)
    {
        if (count > _left.Length)
        {
            throw Damaged("a record ends early");
        }
        ReadOnlySpan<byte> taken = _left[..count];
        _left = _left[count..];
        return taken;
    }

    public static InvalidDataException Damaged(string problem) =>
        new($"The saved tree snapshot is damaged: {problem}. Take the snapshot anew, of a fresh unpack.");
}
