namespace Oci.Runtime.Linux.NetDevices;

/// <summary>A message as it was received.</summary>
/// <param name="Type">Such as RTM_NEWLINK, or one of the netlink's own below 16.</param>
/// <param name="Flags">Such as NLM_F_MULTI.</param>
/// <param name="Sequence">The request that it answers.</param>
/// <param name="Payload">What follows the header.</param>
internal readonly record struct NetlinkMessage(ushort Type, ushort Flags, uint Sequence, ReadOnlyMemory<byte> Payload)
{
    /// <summary>An acknowledgement, or an error of the request.</summary>
    public const ushort Error = 2;

    /// <summary>The end of a list.</summary>
    public const ushort Done = 3;
}
