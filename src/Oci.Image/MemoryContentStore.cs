using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
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
    private readonly SemaphoreSlim _turn = new(1);
    private volatile ImageIndex _index = new() { MediaType = MediaTypes.ImageIndex, Manifests = [] };
    private long _used;

    /// <summary>Makes an empty store.</summary>
    /// <param name="capacity">The most bytes that it takes, over all blobs.</param>
    public MemoryContentStore(long capacity = DefaultCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(capacity);
        Capacity = capacity;
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
    public async Task<Descriptor?> ResolveAsync(string reference, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ImageIndex index = _index;
        if (Digest.TryParse(reference, out Digest digest))
        {
            return await ManifestGraph.FindAsync(this, index, digest, cancellationToken).ConfigureAwait(false);
        }
        return reference.Length == 0 ? LayoutEntries.FindOnly(index, ToString()) : LayoutEntries.Find(index, reference);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<string> ListTagsAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        foreach (string tag in LayoutEntries.ListTags(_index))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return tag;
        }
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<Descriptor> ListReferrersAsync(Digest subject, string? artifactType = null, CancellationToken cancellationToken = default) =>
        ManifestGraph.ListReferrersAsync(this, _index, subject, artifactType, cancellationToken);

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
            await UpdateAsync((index, token) => LayoutEntries.AddRootAsync(this, index, descriptor, token), cancellationToken).ConfigureAwait(false);
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
        await UpdateAsync((index, token) => LayoutEntries.TagAsync(this, index, descriptor, tag, token), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Names the store in messages.</summary>
    public override string ToString() => "The memory store";

    private bool Has(Descriptor descriptor) =>
        _blobs.TryGetValue(descriptor.Digest, out ReadOnlyMemory<byte> content) && content.Length == descriptor.Size;

    private async Task UpdateAsync(Func<ImageIndex, CancellationToken, ValueTask<ImageIndex>> change, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _index = await change(_index, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

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
