using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;

namespace Oci.Runtime.Linux.NetDevices;

/// <summary>Asks the kernel about the devices of one network namespace, and changes them (rtnetlink(7)).</summary>
/// <remarks>A socket belongs to the namespace it was made in, whoever uses it, and keeps that namespace alive.</remarks>
internal sealed class NetlinkSocket(SafeFileHandle socket) : IDisposable
{
    private const ushort RTM_SETLINK = 19;
    private const ushort RTM_NEWADDR = 20;
    private const ushort RTM_GETLINK = 18;
    private const ushort RTM_GETADDR = 22;
    private const ushort NLM_F_REQUEST = 1;
    private const ushort NLM_F_ACK = 4;
    private const ushort NLM_F_DUMP = 0x300;
    private const ushort NLM_F_CREATE_OR_REPLACE = 0x500;

    /// <summary>More than any host has: a list that does not end is not one.</summary>
    private const int MaxAnswers = 1_000_000;

    // The kernel makes no datagram larger than 32 KiB for a reader that offers more.
    private readonly byte[] _buffer = new byte[64 * 1024];
    private uint _sequence;

    /// <summary>A socket of this process's own namespace.</summary>
    public static NetlinkSocket Open()
    {
        Libc.NetlinkRouteSocket(out SafeFileHandle? socket).ThrowIfFailed("socket(AF_NETLINK)");
        return new NetlinkSocket(socket!);
    }

    /// <summary>
    /// Another socket of the same namespace, with the rights of this process: one that was made in a container's user
    /// namespace can change nothing of the host's, whoever uses it.
    /// </summary>
    public NetlinkSocket OpenAgain()
    {
        Libc.SocketNamespace(socket, out SafeFileHandle? opened).ThrowIfFailed("ioctl(SIOCGSKNS)");
        using SafeFileHandle space = opened!;
        Errno errno = Errno.None;
        SafeFileHandle? made = null;
        // A thread of its own: it is in the namespace to its end, and no other work may meet it there.
        var thread = new Thread(() =>
        {
            errno = Libc.Setns(space, Libc.CLONE_NEWNET);
            errno = errno == Errno.None ? Libc.NetlinkRouteSocket(out made) : errno;
        });
        thread.Start();
        thread.Join();
        errno.ThrowIfFailed("setns(CLONE_NEWNET)");
        return new NetlinkSocket(made!);
    }

    public IReadOnlyList<NetDevice> GetDevices()
    {
        var devices = new List<NetDevice>();
        Request(new NetlinkWriter(RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP, ++_sequence, NetDevice.Fixed(0)).ToArray(), m => devices.Add(NetDevice.Read(m.Payload)))
            .ThrowIfFailed("netlink(RTM_GETLINK)");
        return devices;
    }

    public IReadOnlyList<NetAddress> GetAddresses(int device)
    {
        var addresses = new List<NetAddress>();
        Request(new NetlinkWriter(RTM_GETADDR, NLM_F_REQUEST | NLM_F_DUMP, ++_sequence, new byte[NetAddress.FixedSize]).ToArray(), m => addresses.Add(NetAddress.Read(m.Payload)))
            .ThrowIfFailed("netlink(RTM_GETADDR)");
        addresses.RemoveAll(a => a.DeviceIndex != device);
        return addresses;
    }

    /// <summary>Moves a device to the network namespace of a process, under another name.</summary>
    public Errno MoveToProcess(NetDevice device, int pid, string name) =>
        Request(Set(device, 0, NetDevice.IFF_UP).Add(NetDevice.IFLA_NET_NS_PID, (uint)pid).Add(NetDevice.IFLA_IFNAME, name));

    /// <summary>Moves a device to a network namespace, under another name.</summary>
    public Errno MoveToNamespace(NetDevice device, SafeFileHandle file, string name) =>
        Request(Set(device, 0, NetDevice.IFF_UP).Add(NetDevice.IFLA_NET_NS_FD, (uint)file.DangerousGetHandle()).Add(NetDevice.IFLA_IFNAME, name));

    public Errno SetUp(NetDevice device) => Request(Set(device, NetDevice.IFF_UP, NetDevice.IFF_UP));

    public Errno AddAddress(NetAddress address, NetDevice device, string oldName) =>
        Request(address.ToAddRequest(RTM_NEWADDR, NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE_OR_REPLACE, ++_sequence, device, oldName), static _ => { });

    public void Dispose() => socket.Dispose();

    private NetlinkWriter Set(NetDevice device, uint flags, uint change) =>
        new(RTM_SETLINK, NLM_F_REQUEST | NLM_F_ACK, ++_sequence, NetDevice.Fixed(device.Index, flags, change));

    private Errno Request(NetlinkWriter writer) => Request(writer.ToArray(), static _ => { });

    /// <summary>Sends a request and takes its answers. The kernel has them ready when sending returns.</summary>
    private Errno Request(byte[] request, Action<NetlinkMessage> take)
    {
        Errno errno = Libc.Send(socket, request);
        int answers = 0;
        while (errno == Errno.None && answers < MaxAnswers)
        {
            errno = Libc.Recvmsg(socket, _buffer, out int received, out SafeFileHandle? descriptor);
            descriptor?.Dispose();
            // A copy: what is taken from it outlives the next answer.
            foreach (NetlinkMessage message in errno == Errno.None ? NetlinkReader.ReadMessages(_buffer.AsSpan(0, received).ToArray()) : [])
            {
                if (message.Sequence != _sequence)
                {
                    continue;
                }
                if (message.Type is NetlinkMessage.Error or NetlinkMessage.Done)
                {
                    return message.Payload.Length >= 4 ? (Errno)(-BinaryPrimitives.ReadInt32LittleEndian(message.Payload.Span)) : Errno.None;
                }
                take(message);
                answers++;
            }
        }
        return errno == Errno.None ? Errno.EMSGSIZE : errno;
    }
}
