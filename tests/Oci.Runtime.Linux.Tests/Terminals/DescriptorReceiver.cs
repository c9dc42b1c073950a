using System.Net.Sockets;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;

namespace Oci.Runtime.Linux.Tests.Terminals;

/// <summary>Listens at an AF_UNIX socket, as conmon and containerd's shim do at a console socket.</summary>
internal sealed class DescriptorReceiver : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    public DescriptorReceiver(string path)
    {
        Path = path;
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        _listener.Listen(1);
    }

    public string Path { get; }

    /// <summary>Takes one connection, its first message and the descriptor that came with it, and sees the end.</summary>
    public async Task<(string Message, SafeFileHandle Descriptor)> ReceiveAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using Socket connection = await _listener.AcceptAsync(patience.Token);
        await connection.ReceiveAsync(Memory<byte>.Empty, patience.Token);
        byte[] buffer = new byte[4096];
        using var handle = new SafeFileHandle(connection.SafeHandle.DangerousGetHandle(), ownsHandle: false);
        Assert.Equal(Errno.None, Libc.Recvmsg(handle, buffer, out int count, out SafeFileHandle? descriptor));
        Assert.NotNull(descriptor);
        Assert.Equal(0, await connection.ReceiveAsync(new byte[1], patience.Token));
        return (Encoding.UTF8.GetString(buffer, 0, count), descriptor);
    }

    /// <summary>Takes one connection and closes it at once.</summary>
    public async Task HangUpAsync()
    {
        using Socket connection = await _listener.AcceptAsync();
    }

    public void Dispose() => _listener.Dispose();
}
