using System.Globalization;
using System.Text;

namespace Oci.Testing;

/// <summary>Builds archives by hand, byte for byte, so that a test depends on no writer.</summary>
public sealed class TarBytes
{
    private readonly MemoryStream _bytes = new();

    public static byte[] Ascii(string text) => Encoding.Latin1.GetBytes(text);

    public byte[] ToArray() => _bytes.ToArray();

    public MemoryStream ToStream() => new(_bytes.ToArray());

    /// <summary>Adds a header, its content and the padding. <paramref name="size"/> may lie about the content.</summary>
    public TarBytes Add(string name, char type = '0', byte[]? content = null, string link = "", long? size = null, string magic = "ustar\000", Action<byte[]>? change = null, bool signedSum = false)
    {
        content ??= [];
        byte[] block = new byte[512];
        Put(block, 0, name);
        Put(block, 100, "0000644\0");
        Put(block, 108, "0001750\0");
        Put(block, 116, "0001751\0");
        Put(block, 124, Convert.ToString(size ?? content.Length, 8).PadLeft(11, '0') + "\0");
        Put(block, 136, "07346545000\0");
        block[156] = (byte)type;
        Put(block, 157, link);
        Put(block, 257, magic);
        change?.Invoke(block);
        Seal(block, signedSum);
        _bytes.Write(block);
        return Raw(content).Raw(new byte[-content.Length & 511]);
    }

    public TarBytes Pax(params (string Key, string Value)[] records) => Pax('x', records);

    public TarBytes Pax(char type, params (string Key, string Value)[] records) =>
        Add("PaxHeader", type, records.SelectMany(r => Record(r.Key, r.Value)).ToArray());

    public TarBytes Raw(byte[] bytes)
    {
        _bytes.Write(bytes);
        return this;
    }

    public TarBytes End() => Raw(new byte[1024]);

    public static byte[] Record(string key, string value)
    {
        int body = key.Length + value.Length + 3;
        int length = body + 1;
        while (length.ToString(CultureInfo.InvariantCulture).Length + body != length)
        {
            length++;
        }
        return Ascii(string.Create(CultureInfo.InvariantCulture, $"{length} {key}={value}\n"));
    }

    public static void Put(byte[] block, int at, string text) => Ascii(text).CopyTo(block, at);

    /// <summary>Gives a header block the checksum of what it holds.</summary>
    public static void Seal(Span<byte> block, bool signedSum = false)
    {
        block[148..156].Fill((byte)' ');
        int sum = 0;
        foreach (byte b in block)
        {
            sum += signedSum ? (sbyte)b : b;
        }
        Ascii(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(block[148..]);
    }
}
