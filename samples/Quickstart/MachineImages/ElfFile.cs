using System.Buffers.Binary;
using System.Text;

namespace Quickstart.MachineImages;

/// <summary>What the dynamic linker needs to know of a program or library (elf(5)): its interpreter, libraries and search paths.</summary>
internal sealed record ElfFile(ushort Machine, string? Interpreter, IReadOnlyList<string> Needed, IReadOnlyList<string> SearchPaths)
{
    private const uint PtLoad = 1;
    private const uint PtDynamic = 2;
    private const uint PtInterp = 3;
    private const long DtNull = 0;
    private const long DtNeeded = 1;
    private const long DtStrTab = 5;
    private const long DtRPath = 15;
    private const long DtRunPath = 29;

    private const int MaxHeaders = 128;
    private const int MaxTable = 1 << 20;
    private const int MaxString = 4096;

    /// <summary>Reads a 64-bit little-endian ELF file; <see langword="null"/> where the file is something else.</summary>
    public static ElfFile? TryRead(string path)
    {
        using FileStream file = File.OpenRead(path);
        Span<byte> header = stackalloc byte[64];
        if (file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length
            || !header.StartsWith("\u007fELF"u8) || header[4] != 2 || header[5] != 1)
        {
            return null;
        }
        ushort machine = BinaryPrimitives.ReadUInt16LittleEndian(header[18..]);
        long programHeaders = BinaryPrimitives.ReadInt64LittleEndian(header[32..]);
        int size = BinaryPrimitives.ReadUInt16LittleEndian(header[54..]);
        int count = BinaryPrimitives.ReadUInt16LittleEndian(header[56..]);
        if (size < 56 || count > MaxHeaders)
        {
            throw new InvalidDataException($"{path}: its ELF program headers ({count} of {size} bytes) are none that a linker would write.");
        }
        byte[] table = ReadAt(file, programHeaders, size * count);
        var segments = new List<Segment>(count);
        for (int i = 0; i < count; i++)
        {
            segments.Add(Segment.Read(table.AsSpan(i * size, size)));
        }
        string? interpreter = segments.Find(s => s.Type == PtInterp) is { } interp ? ReadString(file, interp.Offset) : null;
        (List<string> needed, List<string> paths) = ReadDynamic(file, segments);
        return new ElfFile(machine, interpreter, needed, paths);
    }

    private static (List<string> Needed, List<string> SearchPaths) ReadDynamic(FileStream file, List<Segment> segments)
    {
        var needed = new List<string>();
        var paths = new List<string>();
        if (segments.Find(s => s.Type == PtDynamic) is not { } dynamic)
        {
            return (needed, paths);
        }
        byte[] entries = ReadAt(file, dynamic.Offset, checked((int)dynamic.Size));
        var tags = new List<(long Tag, long Value)>();
        for (int i = 0; i + 16 <= entries.Length; i += 16)
        {
            long tag = BinaryPrimitives.ReadInt64LittleEndian(entries.AsSpan(i));
            if (tag == DtNull)
            {
                break;
            }
            tags.Add((tag, BinaryPrimitives.ReadInt64LittleEndian(entries.AsSpan(i + 8))));
        }
        long strings = tags.Find(t => t.Tag == DtStrTab).Value;
        // DT_STRTAB is an address; the segment that is loaded there says where it is in the file.
        if (segments.Find(s => s.Type == PtLoad && strings >= s.Address && strings < s.Address + s.Size) is not { } load)
        {
            return (needed, paths);
        }
        long offset = strings - load.Address + load.Offset;
        foreach ((long tag, long value) in tags)
        {
            if (tag == DtNeeded)
            {
                needed.Add(ReadString(file, offset + value));
            }
            else if (tag is DtRPath or DtRunPath)
            {
                paths.AddRange(ReadString(file, offset + value).Split(':', StringSplitOptions.RemoveEmptyEntries));
            }
        }
        return (needed, paths);
    }

    private static byte[] ReadAt(FileStream file, long offset, int count)
    {
        if (count is < 0 or > MaxTable)
        {
            throw new InvalidDataException($"{file.Name}: an ELF table of {count} bytes is over the limit of {MaxTable}.");
        }
        var bytes = new byte[count];
        file.Position = offset;
        file.ReadExactly(bytes);
        return bytes;
    }

    private static string ReadString(FileStream file, long offset)
    {
        Span<byte> buffer = stackalloc byte[MaxString];
        file.Position = offset;
        int read = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        int end = buffer[..read].IndexOf((byte)0);
        return end >= 0
            ? Encoding.UTF8.GetString(buffer[..end])
            : throw new InvalidDataException($"{file.Name}: an ELF string at {offset} does not end.");
    }

    private sealed record Segment(uint Type, long Offset, long Address, long Size)
    {
        public static Segment Read(ReadOnlySpan<byte> header) => new(
            BinaryPrimitives.ReadUInt32LittleEndian(header),
            BinaryPrimitives.ReadInt64LittleEndian(header[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(header[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(header[32..]));
    }
}
