using System.Buffers.Binary;
using System.Text;

namespace Oci.Runtime.Linux.NetDevices;

/// <summary>Writes one message (netlink(7)): struct nlmsghdr, a fixed part, then attributes at multiples of four bytes.</summary>
internal sealed class NetlinkWriter
{
    private readonly List<byte> _content;

    /// <summary>Begins a message.</summary>
    /// <param name="type">Such as RTM_GETLINK.</param>
    /// <param name="flags">NLM_F_REQUEST and others.</param>
    /// <param name="sequence">What the answers carry.</param>
    /// <param name="fixedPart">The struct that its type wants.</param>
    public NetlinkWriter(ushort type, ushort flags, uint sequence, ReadOnlySpan<byte> fixedPart)
    {
        _content = [.. new byte[NetlinkReader.HeaderSize]];
        Span<byte> header = stackalloc byte[NetlinkReader.HeaderSize];
        header.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], type);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], flags);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], sequence);
        header.CopyTo(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_content));
        _content.AddRange(fixedPart);
        Pad();
    }

    public NetlinkWriter Add(ushort type, ReadOnlySpan<byte> value)
    {
        Span<byte> header = stackalloc byte[NetlinkReader.AttributeHeaderSize];
        BinaryPrimitives.WriteUInt16LittleEndian(header, checked((ushort)(NetlinkReader.AttributeHeaderSize + value.Length)));
        BinaryPrimitives.WriteUInt16LittleEndian(header[2..], type);
        _content.AddRange(header);
        _content.AddRange(value);
        Pad();
        return this;
    }

    public NetlinkWriter Add(ushort type, uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return Add(type, bytes);
    }

    /// <summary>A text that ends in NUL.</summary>
    public NetlinkWriter Add(ushort type, string value) => Add(type, Encoding.UTF8.GetBytes(value + '\0'));

    public byte[] ToArray()
    {
        byte[] message = [.. _content];
        BinaryPrimitives.WriteInt32LittleEndian(message, message.Length);
        return message;
    }

    private void Pad()
    {
        while (_content.Count % 4 != 0)
        {
            _content.Add(0);
        }
    }
}
