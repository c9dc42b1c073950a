using System.Buffers;
using System.IO.Pipelines;

namespace Oci.Image.Tar;

/// <summary>Reads a stream that can seek, much at a time where it is read on, little where it was sought in.</summary>
/// <remarks>For a <see cref="TarInput"/>, which reads anew only when it has consumed all: nothing is kept before that.</remarks>
internal sealed class SeekingPipeReader(Stream stream, bool leaveOpen) : PipeReader
{
    /// <summary>A skip of fewer bytes is cheaper read than sought.</summary>
    public const int SeekAfter = 8 * 1024;

    private const int MaxRead = 64 * 1024;

    // A header and some short content; FileStream passes a read of this size on as it is.
    private const int ReadAfterSeek = 4 * 1024;

    // A file that was not opened for asynchronous reads is read on another thread by ReadAsync: a hop that costs more than the read.
    private readonly bool _isSynchronous = stream is FileStream { IsAsync: false } or MemoryStream;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(MaxRead);
    private int _start;
    private int _end;
    private int _nextRead = MaxRead;

    /// <summary>Passes over bytes when all that was read is consumed.</summary>
    /// <returns>How many: one fewer than asked for, so that the next read shows whether the last is there; fewer where the stream ends.</returns>
    public long Skip(long count)
    {
        long skipped = Math.Min(count, stream.Length - stream.Position) - 1;
        if (skipped <= 0)
        {
            return 0;
        }
        stream.Seek(skipped, SeekOrigin.Current);
        _nextRead = ReadAfterSeek;
        return skipped;
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (_start < _end)
        {
            return new ValueTask<ReadResult>(Result());
        }
        cancellationToken.ThrowIfCancellationRequested();
        Memory<byte> memory = _buffer.AsMemory(0, _nextRead);
        _nextRead = Math.Min(_nextRead * 4, MaxRead);
        return _isSynchronous
            ? new ValueTask<ReadResult>(Result(stream.Read(memory.Span)))
            : FillAsync(memory, cancellationToken);
    }

    public override bool TryRead(out ReadResult result)
    {
        result = _start < _end ? Result() : default;
        return _start < _end;
    }

    public override void AdvanceTo(SequencePosition consumed) => _start = consumed.GetInteger();

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => AdvanceTo(consumed);

    public override void CancelPendingRead() => throw new NotSupportedException("Give the read a token to cancel it.");

    public override void Complete(Exception? exception = null)
    {
        Release();
        if (!leaveOpen)
        {
            stream.Dispose();
        }
    }

    public override async ValueTask CompleteAsync(Exception? exception = null)
    {
        Release();
        if (!leaveOpen)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask<ReadResult> FillAsync(Memory<byte> memory, CancellationToken cancellationToken) =>
        Result(await stream.ReadAsync(memory, cancellationToken).ConfigureAwait(false));

    private ReadResult Result(int read)
    {
        _start = 0;
        _end = read;
        return Result();
    }

    private ReadResult Result() => new(new ReadOnlySequence<byte>(_buffer, _start, _end - _start), isCanceled: false, isCompleted: _start == _end);

    private void Release()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
            _start = _end = 0;
        }
    }
}
