using System.Buffers;
using System.Globalization;
using System.Text;

namespace Oci.Image.Tar;

/// <summary>Writes the PAX records that an entry needs beside its ustar header, always in the same order.</summary>
internal static class PaxRecordWriter
{
    public static void WriteAll(ArrayBufferWriter<byte> output, TarHeader header, ReadOnlySpan<byte> name, bool needsPath)
    {
        if (needsPath)
        {
            Write(output, "path"u8, default, name);
        }
        if (!Fits(header.LinkName.Span, 100))
        {
            Write(output, "linkpath"u8, default, header.LinkName.Span);
        }
        WriteNumber(output, "size"u8, header.Size, TarBlock.FileSize);
        WriteNumber(output, "uid"u8, header.Uid, TarBlock.Uid);
        WriteNumber(output, "gid"u8, header.Gid, TarBlock.Gid);
        // The fields for owner names keep a NUL at their end.
        if (!Fits(header.UserName.Span, 31))
        {
            Write(output, "uname"u8, default, header.UserName.Span);
        }
        if (!Fits(header.GroupName.Span, 31))
        {
            Write(output, "gname"u8, default, header.GroupName.Span);
        }
        TarTime modified = header.ModifiedTime;
        if (modified.Nanoseconds != 0 || modified.Seconds < 0 || modified.Seconds > TarHeaderWriter.MaxOctal(TarBlock.ModifiedTime))
        {
            Write(output, "mtime"u8, default, Encoding.ASCII.GetBytes(modified.ToString()));
        }
        if (header.AccessTime is TarTime accessed)
        {
            Write(output, "atime"u8, default, Encoding.ASCII.GetBytes(accessed.ToString()));
        }
        if (header.Xattrs.Count > 0)
        {
            WriteXattrs(output, header);
        }
    }

    private static void WriteXattrs(ArrayBufferWriter<byte> output, TarHeader header)
    {
        TarXattr[] xattrs = [.. header.Xattrs];
        Array.Sort(xattrs, static (a, b) => a.Name.SequenceCompareTo(b.Name));
        for (int i = 0; i < xattrs.Length; i++)
        {
            ReadOnlySpan<byte> name = xattrs[i].Name;
            // A record's key ends at its first '=', and there is no way to write one that has it.
            if (name.IsEmpty || name.ContainsAny((byte)0, (byte)'=') || (i > 0 && name.SequenceEqual(xattrs[i - 1].Name)))
            {
                throw new ArgumentException($"The extended attribute '{TarName.ToDisplay(name)}' of '{TarName.ToDisplay(header.Name.Span)}' cannot be written: a name must be given once, without NUL and '='.", nameof(header));
            }
            Write(output, "SCHILY.xattr."u8, name, xattrs[i].Value);
        }
    }

    private static bool Fits(ReadOnlySpan<byte> value, int max) => value.Length <= max && Ascii.IsValid(value);

    private static void WriteNumber(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> key, long value, Range field)
    {
        if (value > TarHeaderWriter.MaxOctal(field))
        {
            Span<byte> digits = stackalloc byte[20];
            value.TryFormat(digits, out int written, default, CultureInfo.InvariantCulture);
            Write(output, key, default, digits[..written]);
        }
    }

    private static void Write(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> key, ReadOnlySpan<byte> keyEnd, ReadOnlySpan<byte> value)
    {
        // The length counts its own digits: adding one digit may carry over into one more.
        int body = key.Length + keyEnd.Length + value.Length + 3;
        int length = body + DigitsOf(body);
        length = body + DigitsOf(length);
        Span<byte> record = output.GetSpan(length)[..length];
        output.Advance(length);
        length.TryFormat(record, out int at, default, CultureInfo.InvariantCulture);
        record[at++] = (byte)' ';
        key.CopyTo(record[at..]);
        at += key.Length;
        keyEnd.CopyTo(record[at..]);
        at += keyEnd.Length;
        record[at++] = (byte)'=';
        value.CopyTo(record[at..]);
        record[^1] = (byte)'\n';
    }

    private static int DigitsOf(int number) => number.ToString(CultureInfo.InvariantCulture).Length;
}
