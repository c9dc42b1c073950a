using System.Globalization;

namespace Oci.Testing.Generators;

/// <summary>Archives in all dialects of tar, a dialect an entry, well formed as far as each allows. The same random numbers give the same archive.</summary>
public sealed class RandomTar(Random random)
{
    private static readonly string[] Names = ["a", "dir/b", "dir/", "./c", "./", "x y", "back\\slash", "new\nline", "\u00e9\u00ff", "caf\u00c3\u00a9", "a//b", "d/./e", "-dash", "*?[", "\u0001\u007f"];
    private readonly TarBytes _tar = new();

    /// <summary>An archive of up to six entries.</summary>
    public static byte[] Make(Random random)
    {
        var archive = new RandomTar(random);
        for (int entries = random.Next(1, 7); entries > 0; entries--)
        {
            archive.AddEntry();
        }
        return archive._tar.End().ToArray();
    }

    /// <summary>A copy with damage where a parser looks: in fields of headers (with a checksum that fits), in blocks, anywhere.</summary>
    public static byte[] Mutate(byte[] archive, Random random)
    {
        for (int changes = random.Next(1, 3); changes > 0; changes--)
        {
            archive = ChangeOnce(archive, random);
        }
        return archive;
    }

    private static byte[] ChangeOnce(byte[] archive, Random random)
    {
        int blocks = archive.Length / 512;
        if (blocks < 2)
        {
            return Mutation.Of(archive, random);
        }
        int start = random.Next(blocks) * 512;
        int other = random.Next(blocks) * 512;
        switch (random.Next(10))
        {
            case 0:
                return Mutation.Of(archive, random);
            case 1:
                return [.. archive[..start], .. archive[(start + 512)..]];
            case 2:
                return [.. archive[..start], .. archive[other..(other + 512)], .. archive[start..]];
            case 3:
                return [.. archive[..start], .. archive[other..(other + 512)], .. archive[(start + 512)..]];
            default:
                return ChangeHeader(archive, start, random);
        }
    }

    private static byte[] ChangeHeader(byte[] archive, int start, Random random)
    {
        // Mode, uid, gid, size, mtime, flag, link, magic, devices, prefix; the last is any byte of the block.
        Range[] fields = [0..100, 100..108, 108..116, 116..124, 124..136, 124..136, 136..148, 156..157, 156..157, 157..257, 257..265, 329..345, 345..500, 0..512];
        Range field = fields[random.Next(fields.Length)];
        bool wasHeader = archive.AsSpan(start + 257, 5).SequenceEqual("ustar"u8) || archive.AsSpan(start + 136, 12).SequenceEqual("07346545000\0"u8);
        archive = Mutation.InPlace(archive, (start + field.Start.Value)..(start + field.End.Value), random);
        if (wasHeader)
        {
            TarBytes.Seal(archive.AsSpan(start, 512));
        }
        return archive;
    }

    private void AddEntry()
    {
        switch (random.Next(10))
        {
            case 0:
                AddSparse();
                return;
            case 1:
                _tar.Pax('g', Pick(("comment", "c"), ("mtime", "12.5"), ("uid", "7"), ("gname", "g")));
                break;
            case 2:
                _tar.Add("././@LongLink", 'L', TarBytes.Ascii(LongName() + "\0"), magic: "ustar  \0");
                break;
            case 3:
                _tar.Add("././@LongLink", 'K', TarBytes.Ascii(LongName() + "\0"), magic: "ustar  \0");
                AddHeader(random.Next(2) == 0 ? '1' : '2', "", []);
                return;
            case 4 or 5 or 6:
                _tar.Pax(Records());
                break;
        }
        char type = "00000123456\0007"[random.Next(13)];
        AddHeader(type, type is '1' or '2' ? Name() : "", type is '0' or '\0' or '7' ? Content(random.Next(0, 1500)) : []);
    }

    private void AddHeader(char type, string link, byte[] content)
    {
        string magic = random.Next(4) switch { 0 => "", 1 => "ustar  \0", _ => "ustar\00000" };
        string name = Name();
        if (type is '0' or '\0' or '7')
        {
            name = name.TrimEnd('/');
        }
        else if (type == '5' && !name.EndsWith('/'))
        {
            name += '/';
        }
        if (type is '1' or '2' && link.Length == 0)
        {
            link = "target";
        }
        string prefix = magic.StartsWith("ustar\0", StringComparison.Ordinal) && random.Next(4) == 0 ? "pre/fix" : "";
        _tar.Add(name, type, content, link, magic: magic, change: block =>
        {
            TarBytes.Put(block, 100, Number(random.Next(4096), 8));
            TarBytes.Put(block, 108, Number(random.Next(1 << 21), 8));
            TarBytes.Put(block, 116, Number(random.Next(1 << 21), 8));
            TarBytes.Put(block, 136, random.Next(8) == 0 ? Base256(random.Next(2) == 0 ? -random.NextInt64(1L << 33) : random.NextInt64(1L << 36)) : Number(random.NextInt64(1L << 32), 12));
            if (magic.Length > 0 && random.Next(2) == 0)
            {
                TarBytes.Put(block, 265, "user");
                TarBytes.Put(block, 297, "group");
            }
            if (type is '3' or '4')
            {
                TarBytes.Put(block, 329, Number(random.Next(4096), 8));
                TarBytes.Put(block, 337, Number(random.Next(1 << 20), 8));
            }
            TarBytes.Put(block, 345, prefix);
        });
    }

    private void AddSparse()
    {
        (int Offset, int Length)[] map = [.. Enumerable.Range(0, random.Next(1, 30)).Select(i => (i * 1000 + random.Next(400), random.Next(1, 500)))];
        byte[] data = Content(map.Sum(segment => segment.Length));
        string real = (map[^1].Offset + map[^1].Length + random.Next(1000)).ToString(CultureInfo.InvariantCulture);
        string Join(string separator) => string.Join(separator, map.SelectMany(segment => new[] { segment.Offset, segment.Length }));
        switch (random.Next(3))
        {
            case 0:
                _tar.Pax(("GNU.sparse.name", "sparse"), ("GNU.sparse.numblocks", map.Length.ToString(CultureInfo.InvariantCulture)), ("GNU.sparse.size", real), ("GNU.sparse.map", Join(",")));
                _tar.Add("GNUSparseFile.0/sparse", content: data);
                break;
            case 1:
                _tar.Pax([("GNU.sparse.size", real), ("GNU.sparse.numblocks", map.Length.ToString(CultureInfo.InvariantCulture)), .. map.SelectMany(segment => new[] { ("GNU.sparse.offset", $"{segment.Offset}"), ("GNU.sparse.numbytes", $"{segment.Length}") })]);
                _tar.Add("sparse", content: data);
                break;
            default:
                byte[] text = TarBytes.Ascii($"{map.Length}\n{Join("\n")}\n");
                _tar.Pax(("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.name", "sparse"), ("GNU.sparse.realsize", real));
                _tar.Add("GNUSparseFile.0/sparse", content: [.. text, .. new byte[-text.Length & 511], .. data]);
                break;
        }
    }

    private (string, string)[] Records() => Pick(
        ("path", LongName()), ("uid", "3000000000"), ("gid", "4000000000"), ("uname", "caf\u00c3\u00a9"), ("mtime", "1700000000.123456789"), ("mtime", "-1.5"), ("atime", "1.25"),
        ("comment", "c"), ("SCHILY.xattr.user.a", "v\n\u0000\u00ff"), ("SCHILY.xattr.user.b", ""), ("SCHILY.xattr.user.c", new string('x', 600)), ("linkpath", LongName()));

    private (string, string)[] Pick(params (string, string)[] from) => [.. from.Where(_ => random.Next(3) == 0).DefaultIfEmpty(from[0])];

    private string Name() => random.Next(8) switch
    {
        0 => new string('n', 100),
        1 => $"file{random.Next(1000)}",
        _ => Names[random.Next(Names.Length)],
    };

    private string LongName() => random.Next(3) switch
    {
        0 => Name().TrimEnd('/'),
        1 => string.Join('/', Enumerable.Repeat("component", random.Next(10, 40))),
        _ => new string('l', random.Next(101, 300)),
    };

    private byte[] Content(int length)
    {
        var content = new byte[length];
        random.NextBytes(content);
        return content;
    }

    // Octal digits as the dialects write them: with zeros, or with spaces, ended by NUL or space.
    private string Number(long value, int width)
    {
        string digits = Convert.ToString(value, 8);
        return random.Next(4) switch
        {
            0 => digits.PadLeft(width - 1, ' ') + "\0",
            1 => digits.PadLeft(width - 1, '0') + " ",
            _ => digits.PadLeft(width - 1, '0') + "\0",
        };
    }

    private static string Base256(long value)
    {
        var text = new char[12];
        for (int i = 11; i >= 0; i--, value >>= 8)
        {
            text[i] = (char)(value & 0xff);
        }
        text[0] |= (char)0x80;
        return new string(text);
    }
}
