namespace Oci.Image.Tar;

/// <summary>One record of a PAX extended header: <c>LENGTH KEY=VALUE\n</c>, the length counting all of it.</summary>
internal readonly ref struct PaxRecord(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value)
{
    // The keyword ends at the first '='; an attribute's value may hold any byte, newlines too (POSIX pax, "pax Extended Header").
    public ReadOnlyMemory<byte> Key { get; } = key;

    public ReadOnlyMemory<byte> Value { get; } = value;

    /// <summary>Takes the first record off <paramref name="text"/>; false where it is malformed.</summary>
    public static bool TryRead(ref ReadOnlyMemory<byte> text, out PaxRecord record)
    {
        record = default;
        ReadOnlySpan<byte> span = text.Span;
        int space = span[..Math.Min(span.Length, 12)].IndexOf((byte)' ');
        if (space <= 0 || !TarNumber.TryParseDecimal(span[..space], out long length)
            || length > span.Length || length < space + 4 || span[(int)length - 1] != '\n')
        {
            return false;
        }
        ReadOnlyMemory<byte> body = text[(space + 1)..((int)length - 1)];
        int equals = body.Span.IndexOf((byte)'=');
        // Readers in C would see the keyword end at a NUL, and 'path' in what is none.
        if (equals <= 0 || body.Span[..equals].Contains((byte)0))
        {
            return false;
        }
        record = new PaxRecord(body[..equals], body[(equals + 1)..]);
        text = text[(int)length..];
        return true;
    }
}
