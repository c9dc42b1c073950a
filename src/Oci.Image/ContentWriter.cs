namespace Oci.Image;

/// <summary>A blob being written. Disposed without a commit, it leaves nothing behind.</summary>
public abstract class ContentWriter : Stream
{
    /// <inheritdoc/>
    public sealed override bool CanRead => false;

    /// <inheritdoc/>
    public sealed override bool CanSeek => false;

    /// <inheritdoc/>
    public sealed override bool CanWrite => true;

    /// <inheritdoc/>
    public sealed override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public sealed override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Ends the writing and puts the blob in the store under its digest.</summary>
    /// <param name="mediaType">The media type for the descriptor that is returned.</param>
    /// <param name="expected">The digest that the content must have, where the caller knows it. Must be SHA-256 or <see langword="null"/>.</param>
    /// <param name="cancellationToken">Ends the work; nothing is kept then.</param>
    /// <exception cref="ContentMismatchException">The content has another digest; nothing is kept.</exception>
    public abstract Task<Descriptor> CommitAsync(MediaType mediaType, Digest? expected = null, CancellationToken cancellationToken = default);

    /// <inheritdoc/>
    public sealed override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public sealed override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public sealed override void SetLength(long value) => throw new NotSupportedException();
}
