using System.Security.Cryptography;
using Oci.Common;

namespace Oci.Image.Layouts;

/// <summary>A blob being written into the staging directory of a layout.</summary>
internal sealed class LayoutBlobWriter : ContentWriter
{
    private readonly LayoutPaths _paths;
    private readonly DigestAlgorithm _algorithm;
    private readonly IncrementalHash _hash;
    private readonly string _staged;
    private readonly FileStream _file;
    private long _written;
    private bool _committed;
    private bool _closed;

    public LayoutBlobWriter(LayoutPaths paths, DigestAlgorithm algorithm)
    {
        _paths = paths;
        _algorithm = algorithm;
        _hash = Digest.CreateHash(algorithm);
        try
        {
            LayoutFiles.CreateDirectory(paths.Staging);
            _staged = paths.NewStagingFile();
            _file = LayoutFiles.CreateNew(_staged);
        }
        catch (Exception e)
        {
            _hash.Dispose();
            if (LayoutException.Explains(e))
            {
                throw LayoutException.FromFileSystem("write a blob into", paths.Root, e);
            }
            throw;
        }
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        ThrowIfClosed();
        try
        {
            _file.Write(buffer);
        }
        catch (Exception e) when (LayoutException.Explains(e))
        {
            throw LayoutException.FromFileSystem("write a blob into", _paths.Root, e);
        }
        _hash.AppendData(buffer);
        _written += buffer.Length;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ThrowIfClosed();
        try
        {
            await _file.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (LayoutException.Explains(e))
        {
            throw LayoutException.FromFileSystem("write a blob into", _paths.Root, e);
        }
        _hash.AppendData(buffer.Span);
        _written += buffer.Length;
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
        Digest digest = Digest.FromHash(_algorithm, _hash.GetHashAndReset());
        try
        {
            if (expected is Digest wanted && wanted != digest)
            {
                throw new ContentMismatchException("content", wanted, expectedSize: null, digest, _written);
            }
            // Its age counts from here, however long ago its last byte came: a collection takes what is old.
            File.SetLastWriteTimeUtc(_file.SafeFileHandle, TimeProvider.System.GetUtcNow().UtcDateTime);
            _file.Flush(flushToDisk: true);
            await _file.DisposeAsync().ConfigureAwait(false);
            LayoutFiles.CreateDirectory(_paths.BlobDirectory(_algorithm));
            FileStream held = await LayoutLock.ShareAsync(_paths.CollectLock, cancellationToken).ConfigureAwait(false);
            await using (held.ConfigureAwait(false))
            {
                File.Move(_staged, _paths.Blob(digest), overwrite: true);
            }
            _committed = true;
            DirectoryFlush.Flush(_paths.BlobDirectory(_algorithm));
        }
        catch (Exception e) when (LayoutException.Explains(e))
        {
            throw LayoutException.FromFileSystem("put a blob into", _paths.Root, e);
        }
        finally
        {
            Dispose();
        }
        return new Descriptor { MediaType = mediaType, Digest = digest, Size = _written };
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_closed)
        {
            _closed = true;
            _hash.Dispose();
            _file.Dispose();
            if (!_committed)
            {
                File.Delete(_staged);
            }
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
