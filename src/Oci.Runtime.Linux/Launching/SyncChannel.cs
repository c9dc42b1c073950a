using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Runtime.Linux.Planning;
using Oci.Runtime.Linux.Processes;

namespace Oci.Runtime.Linux.Launching;

/// <summary>The socket between the process that creates a container and the container's init.</summary>
internal sealed class SyncChannel : IDisposable
{
    private readonly SafeFileHandle _socket;
    private readonly int _restSize;

    private SyncChannel(SafeFileHandle socket, SafeFileHandle remote, int restSize)
    {
        _restSize = restSize;
        _socket = socket;
        Remote = remote;
    }

    /// <summary>The init's end; to be closed here once the init has it.</summary>
    public SafeFileHandle Remote { get; }

    public static SyncChannel Create(int restSize = 0)
    {
        Libc.Socketpair(out SafeFileHandle? first, out SafeFileHandle? second).ThrowIfFailed("socketpair");
        return new SyncChannel(first!, second!, restSize);
    }

    /// <summary>The next thing that the init says; null where all of its processes have closed their end.</summary>
    public async Task<SyncMessage?> ReceiveAsync(CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[ProgramLayout.FrameSize + _restSize];
        while (true)
        {
            Errno errno = Libc.Recvmsg(_socket, buffer, out int received, out SafeFileHandle? descriptor);
            if (errno == Errno.EAGAIN)
            {
                await EventLoop.Shared.WaitSoonAsync(_socket, Libc.EPOLLIN, cancellationToken).ConfigureAwait(false);
                continue;
            }
            // A container's init that dies with unread answers in its socket resets it.
            if (errno == Errno.ECONNRESET || (errno == Errno.None && received == 0))
            {
                return null;
            }
            errno.ThrowIfFailed("recvmsg");
            if (received != ProgramLayout.FrameSize && received != buffer.Length)
            {
                // No mark: who receives it refuses it, and goes on with the rest where it has to.
                return new SyncMessage(0, received, descriptor);
            }
            return new SyncMessage(
                BinaryPrimitives.ReadUInt64LittleEndian(buffer),
                BinaryPrimitives.ReadInt64LittleEndian(buffer.AsSpan(8)),
                descriptor)
            {
                Rest = buffer.AsMemory(ProgramLayout.FrameSize..received),
            };
        }
    }

    /// <summary>Lets the init go on. An init that has died is found out by the next receive.</summary>
    /// <param name="descriptor">What the init gets along, which stays the caller's; null for nothing.</param>
    public void Answer(SafeFileHandle? descriptor = null)
    {
        ReadOnlySpan<byte> answer = stackalloc byte[8];
        Errno errno = descriptor is null ? Libc.Send(_socket, answer) : Libc.Send(_socket, answer, descriptor);
        if (errno is not (Errno.EPIPE or Errno.ECONNRESET))
        {
            errno.ThrowIfFailed("send");
        }
    }

    public void Dispose()
    {
        Remote.Dispose();
        _socket.Dispose();
    }
}
