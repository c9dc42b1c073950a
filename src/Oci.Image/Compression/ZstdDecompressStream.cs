using System.Buffers;

namespace Oci.Image.Compression;

/// <summary>Reads Zstandard frames one after another; skippable frames are passed over.</summary>
internal sealed class ZstdDecompressStream(Stream source, ZstdDecompressorHandle context) : ForwardReadStream
{
    private const int InputSize = 128 * 1024;

    private byte[] _input = ArrayPool<byte>.Shared.Rent(InputSize);
    private int _start;
    private int _end;
    private bool _inFrame;
    private bool _mayHaveMore;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_input.Length == 0, this);
        while (!buffer.IsEmpty)
        {
            // Output may be waiting inside of the library, with all input consumed.
            if (_start == _end && !_mayHaveMore)
            {
                _start = 0;
                _end = await source.ReadAsync(_input, cancellationToken).ConfigureAwait(false);
                if (_end == 0)
                {
                    return !_inFrame ? 0 : throw new InvalidDataException("The Zstandard data ends within a frame.");
                }
            }
            int written = Decompress(buffer.Span);
            if (written > 0)
            {
                return written;
            }
        }
        return 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && _input.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_input);
            _input = [];
            context.Dispose();
        }
        base.Dispose(disposing);
    }

    private unsafe int Decompress(Span<byte> destination)
    {
        fixed (byte* data = _input)
        fixed (byte* to = destination)
        {
            var input = new LibZstd.Buffer { Data = data, Size = (nuint)_end, Position = (nuint)_start };
            var output = new LibZstd.Buffer { Data = to, Size = (nuint)destination.Length };
            // 0 where a frame was completed and flushed whole.
            _inFrame = LibZstd.Check(LibZstd.Decompress(context, ref output, ref input)) != 0;
            _start = (int)input.Position;
            _mayHaveMore = _inFrame && output.Position == output.Size;
            return (int)output.Position;
        }
    }
}
