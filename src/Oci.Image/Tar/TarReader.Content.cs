using System.Buffers;
using System.Runtime.CompilerServices;

namespace Oci.Image.Tar;

public sealed partial class TarReader
{
    private const int CopyBufferSize = 64 * 1024;

    private long _storedLeft;
    private int _padding;
    private long _pendingAdvance;
    private int _segment;
    private long _segmentUsed;
    private long _logicalPosition;

    /// <summary>Where in the file the bytes of the last <see cref="ReadContentAsync(CancellationToken)"/> belong.</summary>
    /// <remarks>Grows by what is consumed, but for a sparse file, where it leaps over the holes.</remarks>
    public long ContentOffset { get; private set; }

    /// <summary>Gives what is there of the stored content, without a copy. Follow with <see cref="AdvanceContent"/>.</summary>
    /// <remarks>
    /// The bytes lie next to each other in the file, from <see cref="ContentOffset"/>: of a sparse file they never cross
    /// the end of a segment, and holes are left out. They are good until <see cref="AdvanceContent"/>.
    /// </remarks>
    /// <returns>One byte or more; empty only at the end of the entry's content.</returns>
    /// <exception cref="TarFormatException">The archive ends within the content.</exception>
    /// <exception cref="InvalidOperationException">The reader stands on no entry.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ReadOnlySequence<byte>> ReadContentAsync(CancellationToken cancellationToken = default)
    {
        ThrowUnlessInEntry();
        if (_storedLeft == 0)
        {
            return default;
        }
        TarEntry entry = _headers.Entry;
        long max = _storedLeft;
        if (entry.IsSparse)
        {
            TarSparseSegment segment = entry.SparseSegments[_segment];
            ContentOffset = segment.Offset + _segmentUsed;
            max = segment.Length - _segmentUsed;
        }
        else
        {
            ContentOffset = entry.StoredSize - _storedLeft;
        }
        ReadOnlySequence<byte> bytes = await _input.PeekAsync(max, cancellationToken).ConfigureAwait(false);
        if (bytes.IsEmpty)
        {
            throw Truncated(_storedLeft);
        }
        _pendingAdvance = bytes.Length;
        return bytes;
    }

    /// <summary>Consumes bytes that <see cref="ReadContentAsync(CancellationToken)"/> gave.</summary>
    /// <param name="count">How many, from 0 to as many as it gave.</param>
    public void AdvanceContent(long count)
    {
        ThrowUnlessInEntry();
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _pendingAdvance);
        Consume(count);
        _logicalPosition = ContentOffset + count;
    }

    /// <summary>Reads content as the file has it, with the holes of a sparse file as zeros.</summary>
    /// <returns>How many bytes were read; 0 only at the end of the content or for an empty <paramref name="buffer"/>.</returns>
    /// <inheritdoc cref="ReadContentAsync(CancellationToken)" path="/exception"/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> ReadContentAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ThrowUnlessInEntry();
        TarEntry entry = _headers.Entry;
        long hole = NextDataOffset(entry) - _logicalPosition;
        if (hole > 0 && !buffer.IsEmpty)
        {
            int zeros = (int)Math.Min(hole, buffer.Length);
            buffer.Span[..zeros].Clear();
            _logicalPosition += zeros;
            return zeros;
        }
        if (_storedLeft == 0 || buffer.IsEmpty)
        {
            return 0;
        }
        ReadOnlySequence<byte> bytes = await ReadContentAsync(cancellationToken).ConfigureAwait(false);
        int count = (int)Math.Min(bytes.Length, buffer.Length);
        bytes.Slice(0, count).CopyTo(buffer.Span);
        AdvanceContent(count);
        return count;
    }

    /// <summary>Copies the rest of the content, with the holes of a sparse file as zeros.</summary>
    /// <remarks>Mind <see cref="TarEntry.Size"/> before: the holes of a small archive may be exabytes.</remarks>
    /// <param name="destination">Where to; it stays open.</param>
    /// <param name="cancellationToken">Stops the copy.</param>
    /// <inheritdoc cref="ReadContentAsync(CancellationToken)" path="/exception"/>
    public async Task CopyContentToAsync(Stream destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(CopyBufferSize);
        try
        {
            int count;
            while ((count = await ReadContentAsync(buffer.AsMemory(0, CopyBufferSize), cancellationToken).ConfigureAwait(false)) > 0)
            {
                await destination.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void StartContent()
    {
        _storedLeft = _headers.Entry.StoredSize;
        _padding = TarBlock.PaddingOf(_storedLeft);
        _pendingAdvance = 0;
        _segment = 0;
        _segmentUsed = 0;
        _logicalPosition = 0;
        ContentOffset = 0;
    }

    private void Consume(long count)
    {
        _input.Advance(count);
        _pendingAdvance -= count;
        _storedLeft -= count;
        TarEntry entry = _headers.Entry;
        if (entry.IsSparse && count > 0)
        {
            _segmentUsed += count;
            if (_segmentUsed == entry.SparseSegments[_segment].Length)
            {
                _segment++;
                _segmentUsed = 0;
            }
        }
    }

    private long NextDataOffset(TarEntry entry) =>
        !entry.IsSparse ? _logicalPosition
        : _segment < entry.SparseSegments.Length ? entry.SparseSegments[_segment].Offset + _segmentUsed
        : entry.Size;

    /// <summary>Passes over the rest of an entry that is in memory.</summary>
    private bool TrySkipContent()
    {
        if (!_input.TrySkip(_storedLeft + _padding))
        {
            return false;
        }
        _storedLeft = _padding = 0;
        return true;
    }

    private async ValueTask SkipContentAsync(CancellationToken cancellationToken)
    {
        long skipped = await _input.SkipAsync(_storedLeft, cancellationToken).ConfigureAwait(false);
        if (skipped < _storedLeft)
        {
            throw Truncated(_storedLeft - skipped);
        }
        if (await _input.SkipAsync(_padding, cancellationToken).ConfigureAwait(false) < _padding)
        {
            throw new TarFormatException("The archive ends within the padding after the content", _input.Position, _headers.Entry.ToString());
        }
    }

    private TarFormatException Truncated(long missing)
    {
        _state = State.Broken;
        return new TarFormatException(
            $"The archive ends within the content, {missing} of {_headers.Entry.StoredSize} bytes are missing",
            _input.Position,
            _headers.Entry.ToString());
    }
}
