using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Oci.Image.Tar;

/// <summary>Formats the header blocks of one entry: ustar, and PAX before it where ustar cannot hold the entry.</summary>
internal sealed class TarHeaderWriter
{
    // What TarReader and Go's reader take by default.
    private const int MaxRecordsSize = 1024 * 1024;

    private readonly ArrayBufferWriter<byte> _records = new(1024);
    private readonly ArrayBufferWriter<byte> _output = new(4096);

    /// <summary>The header blocks, good until the next call.</summary>
    /// <exception cref="ArgumentException">The header cannot be written.</exception>
    public ReadOnlySpan<byte> Format(TarHeader header)
    {
        Check(header);
        _records.ResetWrittenCount();
        _output.ResetWrittenCount();
        ReadOnlyMemory<byte> name = header.Name;
        if (header.Type == TarEntryType.Directory && name.Span[^1] != '/')
        {
            name = (byte[])[.. name.Span, (byte)'/'];
        }
        int prefix = SplitName(name.Span);
        PaxRecordWriter.WriteAll(_records, header, name.Span, needsPath: prefix < 0);
        if (_records.WrittenCount > MaxRecordsSize)
        {
            throw new ArgumentException($"The names and extended attributes of the entry '{TarName.ToDisplay(header.Name.Span)}' take {_records.WrittenCount} bytes, but readers refuse more than {MaxRecordsSize}.", nameof(header));
        }
        if (_records.WrittenCount > 0)
        {
            // A fixed name: GNU tar's holds its process id, so that its archives differ from run to run.
            Span<byte> pax = Block();
            "././@PaxHeader"u8.CopyTo(pax);
            Octal(pax[TarBlock.Mode], 0b110_100_100);
            Octal(pax[TarBlock.FileSize], _records.WrittenCount);
            Seal(pax, (byte)'x');
            _output.Write(_records.WrittenSpan);
            int padding = TarBlock.PaddingOf(_records.WrittenCount);
            _output.GetSpan(padding)[..padding].Clear();
            _output.Advance(padding);
        }
        WriteBlock(header, name.Span, prefix);
        return _output.WrittenSpan;
    }

    /// <summary>
    /// One block of header whatever the size, so that the size may be set when the content is written: beyond what octal
    /// holds it is in GNU's base-256, which Go, GNU tar, bsdtar and <see cref="TarReader"/> read.
    /// </summary>
    /// <exception cref="ArgumentException">The header cannot be written, or needs PAX records.</exception>
    public ReadOnlySpan<byte> FormatInOneBlock(TarHeader header)
    {
        Check(header);
        _output.ResetWrittenCount();
        int prefix = SplitName(header.Name.Span);
        if (prefix < 0 || header.Xattrs.Count > 0)
        {
            throw new ArgumentException($"The entry '{TarName.ToDisplay(header.Name.Span)}' does not fit into one block.", nameof(header));
        }
        Span<byte> block = WriteBlock(header, header.Name.Span, prefix);
        if (header.Size > MaxOctal(TarBlock.FileSize))
        {
            Span<byte> field = block[TarBlock.FileSize];
            field.Clear();
            field[0] = 0x80;
            BinaryPrimitives.WriteInt64BigEndian(field[4..], header.Size);
            Seal(block, (byte)header.Type);
        }
        return block;
    }

    /// <summary>The largest number that an octal field holds beside its closing NUL.</summary>
    public static long MaxOctal(Range field) => (1L << (3 * (field.End.Value - field.Start.Value - 1))) - 1;

    private Span<byte> WriteBlock(TarHeader header, ReadOnlySpan<byte> name, int prefix)
    {
        Span<byte> block = Block();
        FillName(block, name, prefix);
        Octal(block[TarBlock.Mode], header.Mode);
        Octal(block[TarBlock.Uid], header.Uid);
        Octal(block[TarBlock.Gid], header.Gid);
        Octal(block[TarBlock.FileSize], header.Size);
        Octal(block[TarBlock.ModifiedTime], header.ModifiedTime.Seconds);
        Cut(block[TarBlock.LinkName], header.LinkName.Span);
        Cut(block[TarBlock.UserName], header.UserName.Span, terminated: true);
        Cut(block[TarBlock.GroupName], header.GroupName.Span, terminated: true);
        bool isDevice = header.Type is TarEntryType.CharacterDevice or TarEntryType.BlockDevice;
        Octal(block[TarBlock.DevMajor], isDevice ? header.DevMajor : 0);
        Octal(block[TarBlock.DevMinor], isDevice ? header.DevMinor : 0);
        Seal(block, (byte)header.Type);
        return block;
    }

    private static void Check(TarHeader header)
    {
        string display = TarName.ToDisplay(header.Name.Span);
        if (header.Name.IsEmpty || header.Name.Span.Contains((byte)0) || header.LinkName.Span.Contains((byte)0)
            || header.UserName.Span.Contains((byte)0) || header.GroupName.Span.Contains((byte)0))
        {
            throw new ArgumentException($"The entry '{display}' has an empty name, or a NUL in one of its names.", nameof(header));
        }
        bool isLink = header.Type is TarEntryType.HardLink or TarEntryType.SymbolicLink;
        if (isLink == header.LinkName.IsEmpty)
        {
            throw new ArgumentException($"The entry '{display}' {(isLink ? "is a link without a target" : "has a link target but is no link")}.", nameof(header));
        }
        bool isKnown = header.Type is >= TarEntryType.File and <= TarEntryType.Fifo;
        if (!isKnown || header.Size < 0 || (header.Size > 0 && header.Type != TarEntryType.File))
        {
            throw new ArgumentException($"An entry of type {header.Type} with {header.Size} bytes cannot be written ('{display}').", nameof(header));
        }
        if (header.Mode is < 0 or > 0xfff || header.Uid < 0 || header.Gid < 0
            || header.DevMajor > MaxOctal(TarBlock.DevMajor) || header.DevMinor > MaxOctal(TarBlock.DevMinor))
        {
            throw new ArgumentException($"The mode, owner or device number of the entry '{display}' is out of range.", nameof(header));
        }
    }

    /// <summary>Where the name is split into prefix and name; 0 for no prefix; -1 where ustar cannot hold it.</summary>
    private static int SplitName(ReadOnlySpan<byte> name)
    {
        if (!Ascii.IsValid(name))
        {
            return -1;
        }
        if (name.Length <= 100)
        {
            return 0;
        }
        // The slash between the two is in neither; the name must not be empty, as it would be after a closing slash.
        int from = name.Length - 101;
        int slash = from > 155 || from < 0 ? -1 : name[from..Math.Min(156, name.Length - 1)].IndexOf((byte)'/');
        return slash < 0 || from + slash == 0 ? -1 : from + slash;
    }

    private static void FillName(Span<byte> block, ReadOnlySpan<byte> name, int prefix)
    {
        if (prefix > 0)
        {
            name[..prefix].CopyTo(block[TarBlock.Prefix]);
            name = name[(prefix + 1)..];
        }
        // A name too long for ustar stands in the PAX record; here its start serves readers that know no PAX.
        Cut(block[TarBlock.Name], name);
    }

    private static void Cut(Span<byte> field, ReadOnlySpan<byte> value, bool terminated = false) =>
        value[..Math.Min(value.Length, terminated ? field.Length - 1 : field.Length)].CopyTo(field);

    private static void Octal(Span<byte> field, long value)
    {
        // Out of range stands in a PAX record, and as 0 here, as Go's writer has it.
        if (value < 0 || value > (1L << (3 * (field.Length - 1))) - 1)
        {
            value = 0;
        }
        for (int i = field.Length - 2; i >= 0; i--, value >>= 3)
        {
            field[i] = (byte)('0' + (value & 7));
        }
    }

    private Span<byte> Block()
    {
        Span<byte> block = _output.GetSpan(TarBlock.Size)[..TarBlock.Size];
        _output.Advance(TarBlock.Size);
        block.Clear();
        Octal(block[TarBlock.Mode], 0);
        Octal(block[TarBlock.Uid], 0);
        Octal(block[TarBlock.Gid], 0);
        Octal(block[TarBlock.ModifiedTime], 0);
        Octal(block[TarBlock.DevMajor], 0);
        Octal(block[TarBlock.DevMinor], 0);
        "ustar\0"u8.CopyTo(block[TarBlock.Magic]);
        "00"u8.CopyTo(block[TarBlock.Version]);
        return block;
    }

    private static void Seal(Span<byte> block, byte flag)
    {
        block[TarBlock.TypeFlag] = flag;
        Span<byte> checksum = block[TarBlock.Checksum];
        // Six digits, NUL, space: the form that all writers share.
        Octal(checksum[..7], TarBlock.Sum(block));
        checksum[7] = (byte)' ';
    }
}
