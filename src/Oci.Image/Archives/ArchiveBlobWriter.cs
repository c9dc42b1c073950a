using System.Security.Cryptography;

namespace Oci.Image.Archives;

/// <summary>A blob of unknown size: it goes to a temporary file, and into the archive when it is committed.</summary>
internal sealed class ArchiveBlobWriter : ContentWriter
{
    private readonly OciArchiveWriter _archive;
    private readonly FileStream _spool;
    private readonly IncrementalHash _hash = Digest.CreateHash(DigestAlgorithm.Sha256);
    private bool _closed;

    public ArchiveBlobWriter(OciArchiveWriter archive)
    {
        _archive = archive;
        _spool = SpoolFile.Create(archive.Options.TemporaryDirectory);
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        ThrowIfClosed();
        try
        {
            _spool.Write(buffer);
        }
        catch (Exception e) when (FileSystemFailure.Explains(e))
        {
            throw ArchiveException.FromFileSystem("write a blob into", _archive.Options.TemporaryDirectory, e);
        }
        _hash.AppendData(buffer);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ThrowIfClosed();
        try
        {
            await _spool.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (FileSystemFailure.Explains(e))
        {
            throw ArchiveException.FromFileSystem("write a blob into", _archive.Options.TemporaryDirectory, e);
        }
        _hash.AppendData(buffer.Span);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override async Task<Descriptor> CommitAsync(MediaType mediaType, Digest? expected = null, CancellationToken cancellationToken = default)
    {
        ThrowIfClosed();
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            var descriptor = new Descriptor { MediaType = mediaType, Digest = Digest.FromHash(DigestAlgorithm.Sha256, _hash.GetHashAndReset()), Size = _spool.Position };
            if (expected is Digest wanted && wanted != descriptor.Digest)
            {
                throw new ContentMismatchException("content", wanted, expectedSize: null, descriptor.Digest, descriptor.Size);
            }
            _spool.Position = 0;
            await _archive.AppendAsync(descriptor, _spool, cancellationToken).ConfigureAwait(false);
            return descriptor;
        }
        finally
        {
            Dispose();
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_closed)
        {
            _closed = true;
            _hash.Dispose();
            _spool.Dispose();
        }
        base.Dispose(disposing);
    }

    private void ThrowIfClosed()
    {
        if (_closed)
        {
            throw new InvalidOperationException("The blob was committed or disposed of already; create another writer.");
        }
    }
}
