using System.Buffers.Binary;
using System.IO.Compression;

namespace Oci.Image.Compression;

/// <summary>Writes one gzip member made of blocks of a fixed size, which are compressed in parallel.</summary>
/// <remarks>Each block ends with a sync flush, so the deflate data of all of them, one after another, is one deflate stream.</remarks>
internal sealed class GzipBlockStream(Stream destination, CompressionLevel level, int workers) : Stream
{
    // An empty block with fixed codes that is marked final: all that is missing after a sync flush.
    private static ReadOnlySpan<byte> FinalBlock => [0x03, 0x00];

    private readonly Queue<(GzipBlock Block, Task Done)> _running = new();
    private GzipBlock? _block;
    private uint _crc;
    private ulong _length;
    private bool _started;
    private bool _broken;
    private bool _disposed;

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => !_disposed;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_broken)
        {
            throw new IOException("An earlier write of this gzip stream failed, so it cannot go on. Begin again with another.");
        }
        _broken = true;
        while (!buffer.IsEmpty)
        {
            _block ??= new GzipBlock();
            buffer = buffer[_block.Append(buffer.Span)..];
            if (_block.IsFull)
            {
                StartBlock();
                // One more than there are workers, so that none waits while this thread writes.
                while (_running.Count > workers)
                {
                    await WriteOldestAsync(cancellationToken).ConfigureAwait(false);
                }
            }
        }
        _broken = false;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) =>
        WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    /// <summary>Does nothing: a block that were flushed early would change the bytes that are written.</summary>
    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }
        _disposed = true;
        try
        {
            if (!_broken)
            {
                await FinishAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            await ReleaseAsync().ConfigureAwait(false);
        }
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    private void StartBlock()
    {
        GzipBlock block = _block!;
        _block = null;
        _running.Enqueue((block, Task.Run(() => block.Compress(level))));
    }

    private async ValueTask WriteOldestAsync(CancellationToken cancellationToken)
    {
        (GzipBlock block, Task done) = _running.Peek();
        await done.ConfigureAwait(false);
        await WriteHeaderAsync(cancellationToken).ConfigureAwait(false);
        await destination.WriteAsync(block.Deflated, cancellationToken).ConfigureAwait(false);
        _crc = Crc32.Combine(_crc, block.Crc, block.Length);
        _length += (uint)block.Length;
        _running.Dequeue();
        block.Dispose();
    }

    private async ValueTask WriteHeaderAsync(CancellationToken cancellationToken)
    {
        if (!_started)
        {
            _started = true;
            // No flags, no time, no hint about the level, an unknown system: nothing of this machine (RFC 1952, 2.3).
            await destination.WriteAsync((byte[])[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255], cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask FinishAsync()
    {
        if (_block is not null)
        {
            StartBlock();
        }
        while (_running.Count > 0)
        {
            await WriteOldestAsync(CancellationToken.None).ConfigureAwait(false);
        }
        await WriteHeaderAsync(CancellationToken.None).ConfigureAwait(false);
        byte[] end = [.. FinalBlock, .. new byte[8]];
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(2), _crc);
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(6), (uint)_length);
        await destination.WriteAsync(end).ConfigureAwait(false);
    }

    private async ValueTask ReleaseAsync()
    {
        // After a failure some blocks may still be at work on their rented arrays.
        foreach ((GzipBlock block, Task done) in _running)
        {
            await done.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            block.Dispose();
        }
        _running.Clear();
        _block?.Dispose();
        _block = null;
    }
}
