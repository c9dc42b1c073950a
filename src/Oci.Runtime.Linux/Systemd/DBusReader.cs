using System.Buffers.Binary;
using System.Text;

namespace Oci.Runtime.Linux.Systemd;

/// <summary>Reads the few types that answers of systemd have.</summary>
internal ref struct DBusReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;

    public readonly bool IsAtEnd => _at >= _bytes.Length;

    public void Align(int size) => _at = (_at + size - 1) / size * size;

    public byte Byte() => Take(1)[0];

    public uint UInt32()
    {
        Align(4);
        return BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
    }

    public string String()
    {
        uint length = UInt32();
        string text = Encoding.UTF8.GetString(Take(length));
        Take(1);
        return text;
    }

    public string Signature()
    {
        byte length = Byte();
        string text = Encoding.ASCII.GetString(Take(length));
        Take(1);
        return text;
    }

    private ReadOnlySpan<byte> Take(uint count)
    {
        if (_at > _bytes.Length || count > (uint)(_bytes.Length - _at))
        {
            throw new InvalidDataException("A D-Bus message ends before its last value.");
        }
        _at += (int)count;
        return _bytes.Slice(_at - (int)count, (int)count);
    }
}
