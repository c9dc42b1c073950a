using System.Buffers.Binary;
using System.Text;

namespace Oci.Runtime.Linux.Systemd;

/// <summary>Writes values as D-Bus marshals them, little-endian (D-Bus Specification, "Marshaling").</summary>
internal sealed class DBusWriter
{
    private readonly List<byte> _bytes = [];

    public int Length => _bytes.Count;

    public byte[] ToArray() => [.. _bytes];

    public void Align(int size)
    {
        while (_bytes.Count % size != 0)
        {
            _bytes.Add(0);
        }
    }

    public void Byte(byte value) => _bytes.Add(value);

    public void UInt32(uint value)
    {
        Align(4);
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        _bytes.AddRange(bytes);
    }

    public void UInt64(ulong value)
    {
        Align(8);
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        _bytes.AddRange(bytes);
    }

    public void String(string value)
    {
        byte[] text = Encoding.UTF8.GetBytes(value);
        UInt32((uint)text.Length);
        _bytes.AddRange(text);
        _bytes.Add(0);
    }

    public void Signature(string value)
    {
        _bytes.Add((byte)value.Length);
        _bytes.AddRange(Encoding.ASCII.GetBytes(value));
        _bytes.Add(0);
    }

    /// <summary>An array: its length is of the elements alone, not of what they are aligned with before the first.</summary>
    public void Array<T>(IEnumerable<T> items, int alignment, Action<T> write)
    {
        UInt32(0);
        int at = _bytes.Count - 4;
        Align(alignment);
        int start = _bytes.Count;
        foreach (T item in items)
        {
            Align(alignment);
            write(item);
        }
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(length, (uint)(_bytes.Count - start));
        for (int i = 0; i < 4; i++)
        {
            _bytes[at + i] = length[i];
        }
    }

    /// <summary>A variant: its type, then its value.</summary>
    public void Variant(object value)
    {
        switch (value)
        {
            case string text:
                Signature("s");
                String(text);
                break;
            case bool flag:
                Signature("b");
                UInt32(flag ? 1u : 0);
                break;
            case uint number:
                Signature("u");
                UInt32(number);
                break;
            case ulong number:
                Signature("t");
                UInt64(number);
                break;
            case byte[] bytes:
                Signature("ay");
                Array(bytes, 1, Byte);
                break;
            case uint[] numbers:
                Signature("au");
                Array(numbers, 4, UInt32);
                break;
            case (string, string)[] pairs:
                Signature("a(ss)");
                Array(pairs, 8, pair =>
                {
                    String(pair.Item1);
                    String(pair.Item2);
                });
                break;
            default:
                throw new ArgumentException($"{value.GetType()} is not marshalled here.", nameof(value));
        }
    }

    /// <summary>Properties, <c>a(sv)</c>.</summary>
    public void Properties(IEnumerable<SystemdProperty> properties) => Array(properties, 8, property =>
    {
        String(property.Name);
        Variant(property.Value);
    });
}
