namespace Oci.Image;

/// <summary>A blob being written into a <see cref="MemoryContentStore"/>. What it holds counts as used from the start.</summary>
internal sealed class MemoryBlobWriter(MemoryContentStore store) : ContentWriter
{
    private MemoryStream? _content = new();

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        MemoryStream content = Open();
        store.Reserve(buffer.Length);
        content.Write(buffer);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override void Flush()
    {
    }

    public override Task<Descriptor> CommitAsync(MediaType mediaType, Digest? expected = null, CancellationToken cancellationToken = default)
    {
        byte[] content = Open().ToArray();
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<Descriptor>(cancellationToken);
        }
        Descriptor descriptor = Descriptor.Create(mediaType, content);
        if (expected is Digest wanted && wanted != descriptor.Digest)
        {
            Dispose();
            return Task.FromException<Descriptor>(new ContentMismatchException("content", wanted, expectedSize: null, descriptor.Digest, content.Length));
        }
        if (store.TryAdd(descriptor.Digest, content))
        {
            _content = null; // Now the store's, and so is what was reserved.
        }
        Dispose();
        return Task.FromResult(descriptor);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && _content is not null)
        {
            store.Release(_content.Length);
            _content = null;
        }
        base.Dispose(disposing);
    }

    private MemoryStream Open() => _content ?? throw new InvalidOperationException("The blob was committed or disposed of already; create another writer.");
}
