using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;

namespace Oci.Runtime.Linux.Processes;

/// <summary>One end of a pipe to a container, read or written without holding a thread, and cancellable.</summary>
/// <remarks>Only this end is made non-blocking: the two ends of a pipe are open files of their own.</remarks>
internal sealed class PipeEndStream : AsyncOnlyStream
{
    private readonly SafeFileHandle _pipe;
    private readonly bool _canRead;
    private readonly CancellationTokenSource _closing = new();

    public PipeEndStream(SafeFileHandle pipe, bool canRead)
    {
        Libc.SetNonBlocking(pipe).ThrowIfFailed("fcntl(F_SETFL)");
        _pipe = pipe;
        _canRead = canRead;
    }

    public override bool CanRead => _canRead;

    public override bool CanWrite => !_canRead;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ThrowUnless(_canRead);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Errno errno = Libc.Read(_pipe, buffer.Span, out int count);
            if (errno != Errno.EAGAIN)
            {
                errno.ThrowIfFailed("read", "the container's pipe");
                return count;
            }
            await WaitAsync(Libc.EPOLLIN, cancellationToken).ConfigureAwait(false);
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ThrowUnless(!_canRead);
        while (buffer.Length > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Errno errno = Libc.Write(_pipe, buffer.Span, out int count);
            if (errno == Errno.EAGAIN)
            {
                await WaitAsync(Libc.EPOLLOUT, cancellationToken).ConfigureAwait(false);
                continue;
            }
            errno.ThrowIfFailed("write", "the container's pipe");
            buffer = buffer[count..];
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            // A wait keeps the descriptor open: it ends first.
            _closing.Cancel();
            _pipe.Dispose();
        }
        base.Dispose(disposing);
    }

    private async Task WaitAsync(uint events, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
        try
        {
            await EventLoop.Shared.WaitAsync(_pipe, events, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new ObjectDisposedException(nameof(PipeEndStream), "The container's stream was closed.");
        }
    }

    private static void ThrowUnless(bool isPossible)
    {
        if (!isPossible)
        {
            throw new NotSupportedException("A pipe goes one way.");
        }
    }
}
