namespace Oci.Image.Building;

/// <summary>Reads gzip data, and an empty member after its end. Does not own the stream.</summary>
/// <remarks>
/// GZipStream takes data whose trailer is cut off for whole. With more to come, what is missing of the trailer is read
/// from the next member's header, and the checksum is wrong. After a whole trailer the empty member adds nothing.
/// </remarks>
internal sealed class GzipEndStream(Stream source) : ForwardReadStream
{
    // RFC 1952: a header, an empty deflate block, CRC and size.
    private static readonly byte[] EmptyMember = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    private ReadOnlyMemory<byte> _rest = EmptyMember;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read = await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        return read > 0 ? read : ReadRest(buffer.Span);
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        int read = source.Read(buffer, offset, count);
        return read > 0 ? read : ReadRest(buffer.AsSpan(offset, count));
    }

    private int ReadRest(Span<byte> buffer)
    {
        int count = Math.Min(buffer.Length, _rest.Length);
        _rest.Span[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }
}
