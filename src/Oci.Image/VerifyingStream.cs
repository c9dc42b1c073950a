using System.Security.Cryptography;

namespace Oci.Image;

/// <summary>A read-only stream that checks size and digest on the way through.</summary>
/// <remarks>
/// A mismatch is thrown as <see cref="ContentMismatchException"/> in place of the last byte, before end-of-data is
/// reported, and as soon as one byte too many has come. Every <see cref="IContentSource"/> hands its content out through one of these.
/// </remarks>
public sealed class VerifyingStream : Stream
{
    private readonly Stream _inner;
    private readonly Descriptor _descriptor;
    private readonly bool _leaveOpen;
    private readonly IncrementalHash _hash;
    private long _read;
    private bool _verified;
    private bool _failed;

    /// <summary>Wraps a stream of the content that <paramref name="descriptor"/> points to.</summary>
    /// <param name="inner">Owned by this stream, unless <paramref name="leaveOpen"/>.</param>
    /// <param name="descriptor">The size and digest that the content must have.</param>
    /// <param name="leaveOpen">True to leave <paramref name="inner"/> open on dispose.</param>
    /// <exception cref="NotSupportedException">The digest's algorithm cannot be computed, so nothing could be verified.</exception>
    public VerifyingStream(Stream inner, Descriptor descriptor, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(descriptor);
        _hash = Digest.CreateHash(descriptor.Digest.Algorithm);
        _inner = inner;
        _descriptor = descriptor;
        _leaveOpen = leaveOpen;
    }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <summary>The size that the descriptor says, in bytes.</summary>
    public override long Length => _descriptor.Size;

    /// <summary>How many bytes were read so far.</summary>
    public override long Position { get => _read; set => throw new NotSupportedException(); }

    /// <summary>Whether this checks all that <paramref name="descriptor"/> says, so that there is no need to check again.</summary>
    internal bool Verifies(Descriptor descriptor) =>
        _read == 0 && descriptor.Digest == _descriptor.Digest && descriptor.Size == _descriptor.Size;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }
        int count = _inner.Read(buffer);
        return Check(buffer[..count]);
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }
        int count = await _inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        return Check(buffer.Span[..count]);
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _hash.Dispose();
            if (!_leaveOpen)
            {
                _inner.Dispose();
            }
        }
        base.Dispose(disposing);
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        _hash.Dispose();
        if (!_leaveOpen)
        {
            await _inner.DisposeAsync().ConfigureAwait(false);
        }
        await base.DisposeAsync().ConfigureAwait(false);
    }

    private int Check(ReadOnlySpan<byte> read)
    {
        _read += read.Length;
        bool isOver = read.IsEmpty ? _read != _descriptor.Size : _read > _descriptor.Size;
        if (isOver || _failed)
        {
            _failed = true;
            throw new ContentMismatchException("content", _descriptor.Digest, _descriptor.Size, actual: null, _read);
        }
        _hash.AppendData(read);
        if (_read == _descriptor.Size && !_verified)
        {
            CheckDigest();
        }
        return read.Length;
    }

    // With the last byte and not at the end, since decompressors stop at the end of their own format.
    private void CheckDigest()
    {
        Span<byte> hash = stackalloc byte[SHA512.HashSizeInBytes];
        int length = _hash.GetHashAndReset(hash);
        Digest actual = Digest.FromHash(_descriptor.Digest.Algorithm, hash[..length]);
        if (actual != _descriptor.Digest)
        {
            _failed = true;
            throw new ContentMismatchException("content", _descriptor.Digest, _descriptor.Size, actual, _read);
        }
        _verified = true;
    }
}
