using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Oci.Image.Tar;

/// <summary>The bytes of an archive, with their position. Holds on to the pipe's buffer between calls.</summary>
internal sealed class TarInput(PipeReader pipe)
{
    // A pipe's writer may wait for room: what was consumed is given back this often, so that both sides keep running.
    private const int GiveBackAfter = 32 * 1024;

    private ReadOnlySequence<byte> _buffer;
    private long _consumed;
    private bool _holding;
    private bool _ended;

    /// <summary>How many bytes were consumed so far.</summary>
    public long Position { get; private set; }

    /// <summary>Gives bytes that are in memory as one piece. False where they are not, or it is time to give some back. Follow with <see cref="Advance"/>.</summary>
    public bool TryPeek(int count, out ReadOnlySpan<byte> bytes)
    {
        bytes = _buffer.FirstSpan;
        return bytes.Length >= count && _consumed < GiveBackAfter;
    }

    /// <summary>Passes over bytes that are in memory. False where not all are: see <see cref="SkipAsync"/>.</summary>
    public bool TrySkip(long count)
    {
        if (_buffer.FirstSpan.Length < count)
        {
            return false;
        }
        Advance(count);
        return true;
    }

    /// <summary>Fills <paramref name="destination"/>; returns fewer bytes only where the input ends.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> ReadAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        int filled = 0;
        while (filled < destination.Length)
        {
            ReadOnlySequence<byte> bytes = await PeekAsync(destination.Length - filled, cancellationToken).ConfigureAwait(false);
            if (bytes.IsEmpty)
            {
                break;
            }
            bytes.CopyTo(destination.Span[filled..]);
            filled += (int)bytes.Length;
            Advance(bytes.Length);
        }
        return filled;
    }

    /// <summary>Passes over bytes; returns fewer only where the input ends.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<long> SkipAsync(long count, CancellationToken cancellationToken)
    {
        long left = count;
        while (left > 0)
        {
            left -= SeekOver(left);
            ReadOnlySequence<byte> bytes = await PeekAsync(left, cancellationToken).ConfigureAwait(false);
            if (bytes.IsEmpty)
            {
                break;
            }
            left -= bytes.Length;
            Advance(bytes.Length);
        }
        return count - left;
    }

    /// <summary>Passes over bytes without reading them, where that is possible and worth it; returns how many.</summary>
    private long SeekOver(long count)
    {
        if (pipe is not SeekingPipeReader seeking || count <= SeekingPipeReader.SeekAfter || !_buffer.IsEmpty)
        {
            return 0;
        }
        GiveBack();
        long skipped = seeking.Skip(count);
        Position += skipped;
        return skipped;
    }

    /// <summary>What is there, one to <paramref name="max"/> bytes; empty only at the end of the input. Follow with <see cref="Advance"/>.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ReadOnlySequence<byte>> PeekAsync(long max, CancellationToken cancellationToken)
    {
        while (_consumed >= GiveBackAfter || _buffer.IsEmpty)
        {
            if (_ended && _buffer.IsEmpty)
            {
                return default;
            }
            GiveBack();
            ReadResult result = await pipe.ReadAsync(cancellationToken).ConfigureAwait(false);
            _holding = true;
            _buffer = result.Buffer;
            _ended = result.IsCompleted;
            if (result.IsCanceled)
            {
                throw new OperationCanceledException("The pending read of the archive was cancelled.");
            }
        }
        return _buffer.Length <= max ? _buffer : _buffer.Slice(0, max);
    }

    /// <summary>Consumes bytes of the last <see cref="PeekAsync"/>.</summary>
    public void Advance(long count)
    {
        _buffer = _buffer.Slice(count);
        _consumed += count;
        Position += count;
    }

    public ValueTask CompleteAsync(Exception? exception = null)
    {
        GiveBack();
        return pipe.CompleteAsync(exception);
    }

    /// <summary>Leaves the pipe readable for another reader, right after what was consumed.</summary>
    public void GiveBack()
    {
        if (_holding)
        {
            _holding = false;
            pipe.AdvanceTo(_buffer.Start, _buffer.Start);
            _buffer = default;
            _consumed = 0;
            _ended = false;
        }
    }
}
