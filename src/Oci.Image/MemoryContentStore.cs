using System.Collections.Concurrent;
using Oci.Image.Layouts;
using Oci.Image.Manifests;

namespace Oci.Image;

/// <summary>A content store in memory, for tests and small things such as artifacts being made.</summary>
/// <remarks>Behaves as a layout does, up to a cap on all that it holds. Safe for concurrent calls.</remarks>
public sealed class MemoryContentStore : IContentStore
{
    /// <summary>The cap where none is given: 256 MiB.</summary>
    public const long DefaultCapacity = 256 * 1024 * 1024;

    private readonly ConcurrentDictionary<Digest, ReadOnlyMemory<byte>> _blobs = new();
    private readonly StoreIndex _index;
    private long _used;

    /// <summary>Makes an empty store.</summary>
    /// <param name="capacity">The most bytes that it takes, over all blobs.</param>
    public MemoryContentStore(long capacity = DefaultCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(capacity);
        Capacity = capacity;
        _index = new StoreIndex(this);
    }

    /// <summary>The most bytes that the store takes, over all blobs.</summary>
    public long Capacity { get; }

    /// <inheritdoc/>
    public Task<Stream> OpenAsync(Descriptor descriptor, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        cancellationToken.ThrowIfCancellationRequested();
        return _blobs.TryGetValue(descriptor.Digest, out ReadOnlyMemory<byte> content)
            ? Task.FromResult<Stream>(new VerifyingStream(ContentReading.ToStream(content), descriptor))
            : Task.FromException<Stream>(new ContentNotFoundException(descriptor.Digest.ToString(), ToString()));
    }

    /// <inheritdoc/>
    public Task<bool> ExistsAsync(Descriptor descriptor, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        return Task.FromResult(Has(descriptor));
    }

    /// <inheritdoc/>
    /// <exception cref="OciImageException">The reference is empty and the store has several images.</exception>
    public Task<Descriptor?> ResolveAsync(string reference, CancellationToken cancellationToken = default) =>
        _index.ResolveAsync(reference, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<string> ListTagsAsync(CancellationToken cancellationToken = default) => _index.ListTagsAsync(cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<Descriptor> ListReferrersAsync(Digest subject, string? artifactType = null, CancellationToken cancellationToken = default) =>
        _index.ListReferrersAsync(subject, artifactType, cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="InvalidDocumentException">The media type says manifest or index, and the content is none.</exception>
    /// <exception cref="OciImageException">The content would exceed <see cref="Capacity"/>.</exception>
    public async Task AddAsync(Descriptor descriptor, Stream content, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        ArgumentNullException.ThrowIfNull(content);
        bool isRoot = MediaTypes.IsManifest(descriptor.MediaType) || MediaTypes.IsIndex(descriptor.MediaType);
        if (!Has(descriptor))
        {
            Reserve(descriptor.Size);
            try
            {
                byte[] bytes = await ContentReading.ReadAsync(content, descriptor, Array.MaxLength, cancellationToken).ConfigureAwait(false);
                if (isRoot)
                {
                    ManifestLinks.Parse(descriptor.MediaType, bytes);
                }
                if (!_blobs.TryAdd(descriptor.Digest, bytes))
                {
                    Release(descriptor.Size);
                }
            }
            catch
            {
                Release(descriptor.Size);
                throw;
            }
        }
        if (isRoot)
        {
            await _index.AddRootAsync(descriptor, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public Task<ContentWriter> CreateAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult<ContentWriter>(new MemoryBlobWriter(this));
    }

    /// <inheritdoc/>
    public async Task TagAsync(Descriptor descriptor, string tag, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        TagName.Check(tag);
        if (!Has(descriptor))
        {
            throw new ContentNotFoundException(descriptor.Digest.ToString(), ToString());
        }
        await _index.TagAsync(descriptor, tag, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Names the store in messages.</summary>
    public override string ToString() => "The memory store";

    private bool Has(Descriptor descriptor) =>
        _blobs.TryGetValue(descriptor.Digest, out ReadOnlyMemory<byte> content) && content.Length == descriptor.Size;

    internal bool TryAdd(Digest digest, byte[] content) => _blobs.TryAdd(digest, content);

    internal void Reserve(long size)
    {
        if (size > Capacity || Interlocked.Add(ref _used, size) > Capacity)
        {
            if (size <= Capacity)
            {
                Release(size);
            }
            throw new OciImageException($"The memory store takes {Capacity} bytes, and has no room for {size} more. Use an {nameof(OciLayout)}, or a larger capacity.");
        }
    }

    internal void Release(long size) => Interlocked.Add(ref _used, -size);
}
