using System.Buffers;

namespace Oci.Image.Compression;

/// <summary>Writes one Zstandard frame with a checksum.</summary>
internal sealed class ZstdCompressStream(Stream destination, ZstdCompressorHandle context) : Stream
{
    private const int OutputSize = 128 * 1024;

    private byte[] _output = ArrayPool<byte>.Shared.Rent(OutputSize);
    private bool _broken;

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_output.Length == 0, this);
        bool broken = _broken;
        _broken = true;
        while (!buffer.IsEmpty && !broken)
        {
            (int consumed, int written, _) = Compress(buffer.Span, LibZstd.ZSTD_e_continue);
            buffer = buffer[consumed..];
            await destination.WriteAsync(_output.AsMemory(0, written), cancellationToken).ConfigureAwait(false);
        }
        _broken = broken;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) =>
        WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        if (_output.Length == 0)
        {
            return;
        }
        try
        {
            bool ended = _broken;
            while (!ended)
            {
                (_, int written, bool hasMore) = Compress(default, LibZstd.ZSTD_e_end);
                await destination.WriteAsync(_output.AsMemory(0, written)).ConfigureAwait(false);
                ended = !hasMore;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(_output);
            _output = [];
            context.Dispose();
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

    private unsafe (int Consumed, int Written, bool HasMore) Compress(ReadOnlySpan<byte> source, int directive)
    {
        fixed (byte* data = source)
        fixed (byte* to = _output)
        {
            var input = new LibZstd.Buffer { Data = data, Size = (nuint)source.Length };
            var output = new LibZstd.Buffer { Data = to, Size = (nuint)_output.Length };
            nuint left = LibZstd.Check(LibZstd.Compress(context, ref output, ref input, directive));
            return ((int)input.Position, (int)output.Position, left != 0);
        }
    }
}
