using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Runtime.Linux.Processes;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Seccomp;

/// <summary>A program that listens for seccomp filters and answers their calls (seccomp_unotify(2)).</summary>
internal sealed partial class NotifyAgent : IAsyncDisposable
{
    // _IOWR('!', 0, struct seccomp_notif) and _IOWR('!', 1, struct seccomp_notif_resp).
    private const nuint Receive = 0xC0502100;
    private const nuint Send = 0xC0182101;
    private const int NotificationSize = 80;

    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Func<NotifyCall, NotifyAnswer> _answer;
    private readonly List<ContainerProcessState> _states = [];
    private readonly List<Task> _filters = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _accepting;

    public NotifyAgent(string path, Func<NotifyCall, NotifyAnswer> answer)
    {
        Path = path;
        _answer = answer;
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        _listener.Listen(8);
        _accepting = AcceptAsync();
    }

    public string Path { get; }

    /// <summary>What came with each descriptor.</summary>
    public IReadOnlyList<ContainerProcessState> States
    {
        get
        {
            lock (_states)
            {
                return [.. _states];
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _accepting;
        await Task.WhenAll(_filters);
        _listener.Dispose();
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                using Socket connection = await _listener.AcceptAsync(_stopping.Token);
                connection.Blocking = true;
                (byte[] message, SafeFileHandle filter) = await Task.Run(() => ReadState(connection));
                lock (_states)
                {
                    _states.Add(ContainerProcessState.Parse(message));
                }
                _filters.Add(Task.Run(() => ServeAsync(filter)));
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <summary>One state a connection, up to its end.</summary>
    private static (byte[] Message, SafeFileHandle Filter) ReadState(Socket connection)
    {
        using var socket = new SafeFileHandle((nint)connection.Handle, ownsHandle: false);
        SafeFileHandle? filter = null;
        var content = new MemoryStream();
        byte[] buffer = new byte[65536];
        while (true)
        {
            Libc.IsReady(socket, Libc.POLLIN, -1);
            Errno errno = Libc.Recvmsg(socket, buffer, out int received, out SafeFileHandle? descriptor);
            Assert.Equal(Errno.None, errno);
            Assert.False(descriptor is not null && filter is not null, "Two descriptors came.");
            filter ??= descriptor;
            if (received == 0)
            {
                Assert.NotNull(filter);
                return (content.ToArray(), filter);
            }
            content.Write(buffer, 0, received);
        }
    }

    private async Task ServeAsync(SafeFileHandle filter)
    {
        using (filter)
        {
            while (true)
            {
                try
                {
                    await EventLoop.Shared.WaitAsync(filter, Libc.EPOLLIN, _stopping.Token);
                }
                catch (OperationCanceledException)
                {
                    return;
                }
                byte[] notification = new byte[NotificationSize];
                if (!Control(filter, Receive, notification))
                {
                    // Nobody has the filter any more, or the caller was killed.
                    if (Libc.IsReady(filter, (short)Libc.EPOLLHUP) && !Libc.IsReady(filter, Libc.POLLIN))
                    {
                        return;
                    }
                    continue;
                }
                var call = new NotifyCall(
                    BinaryPrimitives.ReadInt32LittleEndian(notification.AsSpan(8)),
                    BinaryPrimitives.ReadInt32LittleEndian(notification.AsSpan(16)));
                NotifyAnswer answer = _answer(call);
                byte[] response = new byte[24];
                notification.AsSpan(0, 8).CopyTo(response);
                BinaryPrimitives.WriteInt64LittleEndian(response.AsSpan(8), answer.Value);
                BinaryPrimitives.WriteInt32LittleEndian(response.AsSpan(16), -(int)answer.Error);
                BinaryPrimitives.WriteInt32LittleEndian(response.AsSpan(20), answer.LetsThrough ? 1 : 0);
                Control(filter, Send, response);
            }
        }
    }

    private static unsafe bool Control(SafeFileHandle file, nuint request, byte[] argument)
    {
        fixed (byte* p = argument)
        {
            return ioctl(file, request, p) == 0;
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int ioctl(SafeFileHandle fd, nuint request, byte* argument);
}
