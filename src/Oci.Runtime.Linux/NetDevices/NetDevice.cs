using System.Buffers.Binary;

namespace Oci.Runtime.Linux.NetDevices;

/// <summary>A network device as the kernel describes it (RTM_NEWLINK).</summary>
/// <param name="Index">Its number in its namespace.</param>
/// <param name="Name">Its name in its namespace.</param>
/// <param name="IsUp">Whether it is up.</param>
internal readonly record struct NetDevice(int Index, string Name, bool IsUp)
{
    /// <summary>struct ifinfomsg: family, type, index, flags, change.</summary>
    public const int FixedSize = 16;

    public const ushort IFLA_IFNAME = 3;
    public const ushort IFLA_NET_NS_PID = 19;
    public const ushort IFLA_NET_NS_FD = 28;
    public const uint IFF_UP = 1;

    /// <exception cref="InvalidDataException">It is no such description.</exception>
    public static NetDevice Read(ReadOnlyMemory<byte> payload)
    {
        string? name = null;
        foreach (NetlinkAttribute attribute in NetlinkReader.ReadAttributes(payload, FixedSize))
        {
            name = attribute.Type == IFLA_IFNAME ? attribute.Text : name;
        }
        return new NetDevice(
            BinaryPrimitives.ReadInt32LittleEndian(payload.Span[4..]),
            name ?? throw new InvalidDataException("The kernel described a network device without its name."),
            (BinaryPrimitives.ReadUInt32LittleEndian(payload.Span[8..]) & IFF_UP) != 0);
    }

    /// <summary>The fixed part of a request for one device.</summary>
    /// <param name="index">The device; 0 for all.</param>
    /// <param name="flags">What its flags become, under <paramref name="change"/>.</param>
    /// <param name="change">Which flags change.</param>
    public static byte[] Fixed(int index, uint flags = 0, uint change = 0)
    {
        byte[] content = new byte[FixedSize];
        BinaryPrimitives.WriteInt32LittleEndian(content.AsSpan(4), index);
        BinaryPrimitives.WriteUInt32LittleEndian(content.AsSpan(8), flags);
        BinaryPrimitives.WriteUInt32LittleEndian(content.AsSpan(12), change);
        return content;
    }
}
