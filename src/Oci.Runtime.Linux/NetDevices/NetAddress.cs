using System.Buffers.Binary;

namespace Oci.Runtime.Linux.NetDevices;

/// <summary>An address of a device as the kernel describes it (RTM_NEWADDR), to be given to the device again.</summary>
/// <param name="Family">AF_INET or AF_INET6.</param>
/// <param name="PrefixLength">In bits.</param>
/// <param name="Flags">IFA_F_PERMANENT and others.</param>
/// <param name="Scope">0 is global (RT_SCOPE_UNIVERSE).</param>
/// <param name="DeviceIndex">Its device.</param>
/// <param name="Attributes">The address itself, and what belongs to it.</param>
internal sealed record NetAddress(byte Family, byte PrefixLength, uint Flags, byte Scope, int DeviceIndex, IReadOnlyList<NetlinkAttribute> Attributes)
{
    /// <summary>struct ifaddrmsg: family, prefix length, flags, scope, index.</summary>
    public const int FixedSize = 8;

    public const ushort IFA_ADDRESS = 1;
    public const ushort IFA_LOCAL = 2;
    private const ushort IFA_LABEL = 3;
    private const ushort IFA_BROADCAST = 4;
    private const ushort IFA_FLAGS = 8;
    private const ushort IFA_RT_PRIORITY = 9;
    private const ushort IFA_PROTO = 11;

    private const uint IFA_F_PERMANENT = 0x80;

    // IFA_F_NODAD, HOMEADDRESS, MANAGETEMPADDR, NOPREFIXROUTE, MCAUTOJOIN: what a user sets; the others are states.
    private const uint KeptFlags = 0x02 | 0x10 | 0x100 | 0x200 | 0x400;

    /// <summary>Whether it must be preserved (runtime-spec, config-linux.md, "Network Devices"): permanent, of any family, with global scope.</summary>
    public bool IsPreserved => (Flags & IFA_F_PERMANENT) != 0 && Scope == 0;

    /// <exception cref="InvalidDataException">It is no such description.</exception>
    public static NetAddress Read(ReadOnlyMemory<byte> payload)
    {
        IReadOnlyList<NetlinkAttribute> attributes = NetlinkReader.ReadAttributes(payload, FixedSize);
        ReadOnlySpan<byte> head = payload.Span;
        uint flags = head[2];
        foreach (NetlinkAttribute attribute in attributes)
        {
            flags = attribute.Type == IFA_FLAGS ? attribute.Number : flags;
        }
        return new NetAddress(head[0], head[1], flags, head[3], BinaryPrimitives.ReadInt32LittleEndian(head[4..]), attributes);
    }

    /// <summary>The request that gives it to a device, perhaps of another namespace and name.</summary>
    public byte[] ToAddRequest(ushort type, ushort requestFlags, uint sequence, NetDevice device, string oldName)
    {
        byte[] head = [Family, PrefixLength, 0, Scope, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(4), device.Index);
        var writer = new NetlinkWriter(type, requestFlags, sequence, head);
        foreach (NetlinkAttribute attribute in Attributes)
        {
            switch (attribute.Type)
            {
                case IFA_ADDRESS or IFA_LOCAL or IFA_BROADCAST or IFA_RT_PRIORITY or IFA_PROTO:
                    writer.Add(attribute.Type, attribute.Value.Span);
                    break;
                case IFA_LABEL when attribute.Text.StartsWith(oldName + ":", StringComparison.Ordinal):
                    // The label is the device's name with a suffix; without one it is the kernel's default.
                    writer.Add(IFA_LABEL, string.Concat(device.Name, attribute.Text.AsSpan(oldName.Length)));
                    break;
            }
        }
        return writer.Add(IFA_FLAGS, Flags & KeptFlags).ToArray();
    }
}
