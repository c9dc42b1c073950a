namespace Oci.Image.Tests.Building;

/// <summary>A store that counts what becomes of the blobs that are begun.</summary>
internal sealed class CountingStore : IContentStore
{
    private readonly MemoryContentStore _inner = new();

    public int Opened { get; private set; }

    public int Disposed { get; private set; }

    public int Committed { get; private set; }

    public async Task<ContentWriter> CreateAsync(CancellationToken cancellationToken = default)
    {
        Opened++;
        return new CountingWriter(this, await _inner.CreateAsync(cancellationToken));
    }

    public Task<Stream> OpenAsync(Descriptor descriptor, CancellationToken cancellationToken = default) => _inner.OpenAsync(descriptor, cancellationToken);

    public Task<bool> ExistsAsync(Descriptor descriptor, CancellationToken cancellationToken = default) => _inner.ExistsAsync(descriptor, cancellationToken);

    public Task<Descriptor?> ResolveAsync(string reference, CancellationToken cancellationToken = default) => _inner.ResolveAsync(reference, cancellationToken);

    public IAsyncEnumerable<string> ListTagsAsync(CancellationToken cancellationToken = default) => _inner.ListTagsAsync(cancellationToken);

    public IAsyncEnumerable<Descriptor> ListReferrersAsync(Digest subject, string? artifactType = null, CancellationToken cancellationToken = default) =>
        _inner.ListReferrersAsync(subject, artifactType, cancellationToken);

    public Task AddAsync(Descriptor descriptor, Stream content, CancellationToken cancellationToken = default) => _inner.AddAsync(descriptor, content, cancellationToken);

    public Task TagAsync(Descriptor descriptor, string tag, CancellationToken cancellationToken = default) => _inner.TagAsync(descriptor, tag, cancellationToken);

    private sealed class CountingWriter(CountingStore store, ContentWriter inner) : ContentWriter
    {
        public override Task<Descriptor> CommitAsync(MediaType mediaType, Digest? expected = null, CancellationToken cancellationToken = default)
        {
            store.Committed++;
            return inner.CommitAsync(mediaType, expected, cancellationToken);
        }

        public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => inner.WriteAsync(buffer, cancellationToken);

        public override void Flush() => inner.Flush();

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        public override async ValueTask DisposeAsync()
        {
            store.Disposed++;
            await inner.DisposeAsync();
        }
    }
}
