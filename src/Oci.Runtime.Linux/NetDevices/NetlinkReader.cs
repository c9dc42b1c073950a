using System.Buffers.Binary;

namespace Oci.Runtime.Linux.NetDevices;

/// <summary>Takes messages and attributes apart (netlink(7), NLMSG_NEXT and RTA_NEXT). Pure.</summary>
internal static class NetlinkReader
{
    public const int HeaderSize = 16;
    public const int AttributeHeaderSize = 4;

    private const ushort TypeMask = 0x3FFF; // NLA_TYPE_MASK

    /// <summary>The messages of one datagram.</summary>
    /// <exception cref="InvalidDataException">A length is impossible.</exception>
    public static IReadOnlyList<NetlinkMessage> ReadMessages(ReadOnlyMemory<byte> datagram)
    {
        var messages = new List<NetlinkMessage>();
        while (datagram.Length >= HeaderSize)
        {
            ReadOnlySpan<byte> header = datagram.Span;
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(header);
            if (length < HeaderSize || length > datagram.Length)
            {
                throw new InvalidDataException($"A netlink message says that it has {length} bytes; {datagram.Length} are there.");
            }
            messages.Add(new NetlinkMessage(
                BinaryPrimitives.ReadUInt16LittleEndian(header[4..]),
                BinaryPrimitives.ReadUInt16LittleEndian(header[6..]),
                BinaryPrimitives.ReadUInt32LittleEndian(header[8..]),
                datagram[HeaderSize..(int)length]));
            datagram = datagram[Aligned(length, datagram.Length)..];
        }
        return messages;
    }

    /// <summary>The attributes behind the fixed part of a message.</summary>
    /// <exception cref="InvalidDataException">A length is impossible.</exception>
    public static IReadOnlyList<NetlinkAttribute> ReadAttributes(ReadOnlyMemory<byte> payload, int fixedSize)
    {
        if (payload.Length < fixedSize)
        {
            throw new InvalidDataException($"A netlink message has {payload.Length} bytes, where {fixedSize} are due.");
        }
        ReadOnlyMemory<byte> rest = payload[Aligned((uint)fixedSize, payload.Length)..];
        var attributes = new List<NetlinkAttribute>();
        while (rest.Length >= AttributeHeaderSize)
        {
            ushort length = BinaryPrimitives.ReadUInt16LittleEndian(rest.Span);
            if (length < AttributeHeaderSize || length > rest.Length)
            {
                throw new InvalidDataException($"A netlink attribute says that it has {length} bytes; {rest.Length} are there.");
            }
            attributes.Add(new NetlinkAttribute(
                (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(rest.Span[2..]) & TypeMask),
                rest[AttributeHeaderSize..length]));
            rest = rest[Aligned(length, rest.Length)..];
        }
        return attributes;
    }

    /// <summary>The next multiple of four; the last one's padding may be left out.</summary>
    private static int Aligned(uint length, int available) => (int)Math.Min((length + 3) & ~3U, (uint)available);
}
