using System.Text;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Runtime.Linux.Processes;

namespace Oci.Runtime.Linux.Hooks;

/// <summary>What a hook prints: all of it is read, so that it never waits, and the end of it is kept for the message of its failure.</summary>
internal sealed class HookOutput : IDisposable
{
    /// <summary>How much of the end is kept.</summary>
    public const int MaxKept = 4096;

    /// <summary>What is read at most after the hook has ended: a process that it left behind may print on for ever.</summary>
    private const int MaxLate = 1024 * 1024;

    private readonly SafeFileHandle _reader;
    private readonly CancellationTokenSource _ended = new();
    private readonly byte[] _kept = new byte[MaxKept];
    private Task _reading = Task.CompletedTask;
    private long _total;

    public HookOutput()
    {
        Libc.Pipe2(out SafeFileHandle? reader, out SafeFileHandle? writer).ThrowIfFailed("pipe2");
        _reader = reader!;
        Writer = writer!;
        Libc.SetNonBlocking(_reader).ThrowIfFailed("fcntl(F_SETFL)");
    }

    /// <summary>The hook's standard output and error; to be closed here once it has them.</summary>
    public SafeFileHandle Writer { get; }

    /// <summary>Reads in the background; a hook that never stops printing would keep the caller.</summary>
    public void BeginReading() => _reading = Task.Run(ReadAsync);

    /// <summary>Ends the reading, without waiting for processes that the hook has left behind with the pipe.</summary>
    /// <returns>The end of what was printed.</returns>
    public async Task<string> EndAsync()
    {
        await _ended.CancelAsync().ConfigureAwait(false);
        await _reading.ConfigureAwait(false);
        int start = (int)(_total % MaxKept);
        byte[] text = _total <= MaxKept ? _kept[..(int)_total] : [.. _kept[start..], .. _kept[..start]];
        string printable = Encoding.UTF8.GetString(text).Trim();
        return _total <= MaxKept ? printable : "..." + printable;
    }

    public void Dispose()
    {
        Writer.Dispose();
        _reader.Dispose();
        _ended.Dispose();
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[16 * 1024];
        long late = 0;
        while (late < MaxLate)
        {
            Errno errno = Libc.Read(_reader, buffer, out int count);
            if (errno == Errno.EAGAIN)
            {
                if (_ended.IsCancellationRequested)
                {
                    return;
                }
                try
                {
                    await EventLoop.Shared.WaitAsync(_reader, Libc.EPOLLIN, _ended.Token).ConfigureAwait(false);
                }
                catch (OperationCanceledException)
                {
                    // One more look: what it printed last may lie in the pipe.
                }
                continue;
            }
            errno.ThrowIfFailed("read", "the hook's output");
            if (count == 0)
            {
                return;
            }
            Keep(buffer.AsSpan(0, count));
            late += _ended.IsCancellationRequested ? count : 0;
        }
    }

    private void Keep(ReadOnlySpan<byte> text)
    {
        foreach (byte b in text.Length > MaxKept ? text[^MaxKept..] : text)
        {
            _kept[_total++ % MaxKept] = b;
        }
    }
}
