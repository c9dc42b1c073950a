using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;

namespace Oci.Image.Compression;

/// <summary>A block of input and, after <see cref="Compress"/>, the deflate data it became. Its arrays are rented.</summary>
internal sealed class GzipBlock : IDisposable
{
    /// <summary>The bytes of input in a full block: part of the format of what is written, for it decides the bytes.</summary>
    public const int Size = 1024 * 1024;

    // GZipStream's own header and trailer, which are cut off (RFC 1952, 2.3: no name, no extra field).
    private const int HeaderLength = 10;
    private const int TrailerLength = 8;

    // zlib's worst case: nine bits a byte (deflateBound for fixed codes), and room for headers and flush marks.
    private const int OutputSize = Size + Size / 8 + 4096;

    private byte[] _input = ArrayPool<byte>.Shared.Rent(Size);
    private byte[] _output = ArrayPool<byte>.Shared.Rent(OutputSize);
    private int _outputLength;

    /// <summary>How much input it holds.</summary>
    public int Length { get; private set; }

    public bool IsFull => Length == Size;

    /// <summary>The CRC-32 of the input, after <see cref="Compress"/>.</summary>
    public uint Crc { get; private set; }

    /// <summary>Deflate blocks, none of them marked final, that end at a byte border; after <see cref="Compress"/>.</summary>
    public ReadOnlyMemory<byte> Deflated => _output.AsMemory(HeaderLength, _outputLength);

    /// <summary>Takes as much of the bytes as there is room for, and returns how many that was.</summary>
    public int Append(ReadOnlySpan<byte> bytes)
    {
        int count = Math.Min(bytes.Length, Size - Length);
        bytes[..count].CopyTo(_input.AsSpan(Length));
        Length += count;
        return count;
    }

    public void Compress(CompressionLevel level)
    {
        var output = new MemoryStream(_output, 0, _output.Length, writable: true);
        using (var gzip = new GZipStream(output, level, leaveOpen: true))
        {
            gzip.Write(_input, 0, Length);
            // A sync flush: it ends the data at a byte border, so that the next block's can follow.
            gzip.Flush();
            _outputLength = (int)output.Position - HeaderLength;
        }
        // Closing wrote a final block, which is cut off, and the CRC, which zlib has computed on the way.
        Crc = BinaryPrimitives.ReadUInt32LittleEndian(_output.AsSpan((int)output.Position - TrailerLength));
    }

    public void Dispose()
    {
        if (_input.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_input);
            ArrayPool<byte>.Shared.Return(_output);
            _input = _output = [];
        }
    }
}
