using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Oci.Runtime.Linux.NetDevices;

namespace Oci.Runtime.Linux.Tests.NetDevices;

public sealed class NetlinkTests
{
    [Fact]
    public void Read_WhatWasWritten_IsTheSame() => Prop.ForAll(ArbMap.Default.ArbFor<(ushort Type, uint Sequence, byte[] Head, (ushort Type, byte[] Value)[] Attributes)>(), input =>
    {
        byte[] head = input.Head[..Math.Min(input.Head.Length, 64)];
        var writer = new NetlinkWriter(input.Type, 5, input.Sequence, head);
        foreach ((ushort type, byte[] value) in input.Attributes)
        {
            writer.Add((ushort)(type & 0x3FFF), value);
        }
        byte[] content = writer.ToArray();

        NetlinkMessage message = Assert.Single(NetlinkReader.ReadMessages(content));
        IReadOnlyList<NetlinkAttribute> read = NetlinkReader.ReadAttributes(message.Payload, head.Length);

        Assert.Equal((input.Type, (ushort)5, input.Sequence), (message.Type, message.Flags, message.Sequence));
        Assert.Equal(head, message.Payload[..head.Length].ToArray());
        Assert.Equal(input.Attributes.Select(a => ((ushort)(a.Type & 0x3FFF), Convert.ToHexString(a.Value))), read.Select(a => (a.Type, Convert.ToHexString(a.Value.Span))));
        Assert.Equal(0, content.Length % 4);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Read_AnyBytes_GivesMessagesOrSaysWhatIsWrong() => Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
    {
        byte[] datagram = [.. bytes, 0, 0, 0, .. bytes];
        try
        {
            foreach (NetlinkMessage message in NetlinkReader.ReadMessages(datagram))
            {
                _ = NetDevice.Read(message.Payload);
                _ = NetAddress.Read(message.Payload);
            }
            _ = NetlinkReader.ReadAttributes(datagram, 0);
        }
        catch (InvalidDataException e)
        {
            Assert.NotEmpty(e.Message);
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void ReadMessages_CutShortAnywhere_NeverReadsBeyond()
    {
        byte[] whole = [.. new NetlinkWriter(16, 2, 7, NetDevice.Fixed(3)).Add(NetDevice.IFLA_IFNAME, "eth0").ToArray(), .. new NetlinkWriter(3, 2, 7, new byte[4]).ToArray()];
        Assert.Equal("eth0", NetDevice.Read(NetlinkReader.ReadMessages(whole)[0].Payload).Name);
        for (int length = 1; length < whole.Length; length++)
        {
            byte[] part = whole[..length];
            try
            {
                Assert.True(NetlinkReader.ReadMessages(part).Count <= 1, $"{length} of {whole.Length} bytes are no two messages.");
            }
            catch (InvalidDataException)
            {
            }
        }
    }

    /// <summary>The bytes that iproute2 sends for "ip link set dev 3 up", by rtnetlink(7).</summary>
    [Fact]
    public void Write_SetLink_HasTheLayoutOfTheKernel()
    {
        byte[] message = new NetlinkWriter(19, 5, 1, NetDevice.Fixed(3, NetDevice.IFF_UP, NetDevice.IFF_UP)).Add(NetDevice.IFLA_IFNAME, "ab").ToArray();

        Assert.Equal("280000001300050001000000" + "00000000" + "00000000" + "03000000" + "01000000" + "01000000" + "0700030061620000", Convert.ToHexStringLower(message));
    }

    [Fact]
    public void Text_EndsAtTheNul() => Assert.Equal("eth0", new NetlinkAttribute(3, Encoding.UTF8.GetBytes("eth0\0junk")).Text);
}
