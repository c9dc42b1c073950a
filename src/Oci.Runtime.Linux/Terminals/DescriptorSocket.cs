using System.Text;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Runtime.Linux.Processes;

namespace Oci.Runtime.Linux.Terminals;

/// <summary>A connection to an AF_UNIX socket at a path, to which descriptors are handed, as runc's <c>--console-socket</c> and <c>--pidfd-socket</c>.</summary>
internal sealed class DescriptorSocket : IDisposable
{
    /// <summary>How long one who listens and does not read is waited for.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly string _containerId;
    private readonly string _what;
    private readonly string _path;
    private readonly string? _pointer;
    private readonly SafeFileHandle _socket;

    private DescriptorSocket(string containerId, string what, string path, string? pointer, SafeFileHandle socket)
    {
        _pointer = pointer;
        _containerId = containerId;
        _what = what;
        _path = path;
        _socket = socket;
    }

    /// <summary>Connects, before anything is done for the container.</summary>
    /// <param name="containerId">The container, for messages.</param>
    /// <param name="what">What the socket is called: <c>console socket</c>.</param>
    /// <param name="path">Where its listener is.</param>
    /// <param name="pointer">The member of the configuration that names it, where one does.</param>
    /// <exception cref="ContainerException">Nobody listens there, or it is no socket of streams.</exception>
    public static DescriptorSocket Connect(string containerId, string what, string path, string? pointer = null)
    {
        string full = Path.GetFullPath(path);
        Errno errno = Connect(full, out SafeFileHandle? socket);
        return errno == Errno.None
            ? new DescriptorSocket(containerId, what, full, pointer, socket!)
            : throw Failure(containerId, $"connecting to the {what} {full}", full, errno, errno switch
            {
                Errno.ENOENT => "A program must listen at that path before the container is created.",
                Errno.ECONNREFUSED => "It is no socket, or the program that listened there has ended.",
                Errno.EPROTOTYPE => "It must be a socket of type SOCK_STREAM.",
                Errno.EAGAIN => "The program that listens there accepts no connections.",
                _ => null,
            }, pointer);
    }

    /// <summary>Sends one short message with one descriptor, which stays the caller's.</summary>
    /// <remarks>It waits for nobody: the first message of a connection finds its buffer empty, and the smallest there is takes 4608 bytes (socket(7), SO_SNDBUF).</remarks>
    /// <exception cref="ContainerException">The other end is closed.</exception>
    public void Send(string message, SafeFileHandle descriptor)
    {
        Errno errno = Libc.Send(_socket, Encoding.UTF8.GetBytes(message), descriptor);
        if (errno != Errno.None)
        {
            throw Failure(_containerId, $"sending to the {_what} {_path}", _path, errno, "The program that listens there must read until it has the descriptor.", _pointer);
        }
    }

    /// <summary>Sends a document of any length with one descriptor, which stays the caller's.</summary>
    /// <param name="message">The document.</param>
    /// <param name="descriptor">What goes with its first byte.</param>
    /// <param name="time">The clock of <see cref="Patience"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ContainerException">The other end is closed, or does not read.</exception>
    public async Task SendAsync(ReadOnlyMemory<byte> message, SafeFileHandle descriptor, TimeProvider time, CancellationToken cancellationToken)
    {
        using var clock = new CancellationTokenSource(Patience, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, clock.Token);
        try
        {
            await SendAllAsync(message, descriptor, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failure(
                _containerId,
                $"sending to the {_what} {_path}",
                _path,
                Errno.ETIMEDOUT,
                $"The program that listens there has not read all of it within {Patience.TotalSeconds} s: it must read until the connection is closed.",
                _pointer);
        }
    }

    private async Task SendAllAsync(ReadOnlyMemory<byte> message, SafeFileHandle descriptor, CancellationToken cancellationToken)
    {
        bool isHandedOver = false;
        while (!message.IsEmpty)
        {
            int sent;
            Errno errno = isHandedOver ? Libc.Write(_socket, message.Span, out sent) : Libc.Send(_socket, message.Span, descriptor, out sent);
            if (errno == Errno.EAGAIN)
            {
                await EventLoop.Shared.WaitAsync(_socket, Libc.EPOLLOUT, cancellationToken).ConfigureAwait(false);
                continue;
            }
            if (errno != Errno.None)
            {
                throw Failure(_containerId, $"sending to the {_what} {_path}", _path, errno, "The program that listens there must read until the connection is closed.", _pointer);
            }
            isHandedOver = true;
            message = message[sent..];
        }
    }

    public void Dispose() => _socket.Dispose();

    private static Errno Connect(string path, out SafeFileHandle? socket)
    {
        byte[] name = Encoding.UTF8.GetBytes(path + '\0');
        if (name.Length <= Libc.MaxUnixPath)
        {
            return Libc.ConnectUnix(name, out socket);
        }
        // A longer path has no place in the address: its directory is opened and goes by its descriptor.
        socket = null;
        byte[] parent = Encoding.UTF8.GetBytes(Path.GetDirectoryName(path) + '\0');
        Errno errno = Libc.Openat(Libc.AT_FDCWD, parent, Libc.O_PATH | Libc.O_DIRECTORY, 0, out SafeFileHandle? directory);
        if (errno != Errno.None)
        {
            return errno;
        }
        using (directory)
        {
            byte[] shorter = Encoding.UTF8.GetBytes($"/proc/self/fd/{directory!.DangerousGetHandle()}/{Path.GetFileName(path)}\0");
            return shorter.Length <= Libc.MaxUnixPath ? Libc.ConnectUnix(shorter, out socket) : Errno.ENAMETOOLONG;
        }
    }

    private static ContainerException Failure(string containerId, string step, string path, Errno errno, string? hint, string? pointer) =>
        ContainerException.From(new ContainerFailure { ContainerId = containerId, Step = step, Path = path, Errno = errno, SpecPointer = pointer, Hint = hint });
}
