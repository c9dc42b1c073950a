using System.Collections.Concurrent;
using Oci.Image.Layouts;
using Oci.Image.Manifests;

namespace Oci.Image.Archives;

/// <summary>Writes an OCI archive: a layout in one tar, which skopeo, podman, buildah and <see cref="OciArchive"/> read.</summary>
/// <remarks>
/// <para>
/// Blobs stream into a file beside the path, which <see cref="CompleteAsync"/> flushes and renames: until then, and
/// after a crash, the path has what it had before. What a killed writer left beside it goes when the next one
/// begins. Disposed without completion, it leaves nothing.
/// </para>
/// <para>
/// The same calls one after another give the same bytes: <c>oci-layout</c> first, the blobs in the order of their
/// adding, so that a reader that streams meets a config and its layers before their manifest, and <c>index.json</c>
/// last. Safe for concurrent calls, which take turns in writing.
/// </para>
/// </remarks>
public sealed class OciArchiveWriter : IContentStore, IAsyncDisposable
{
    private readonly StagedArchive _archive;
    private readonly StoreIndex _index;
    private readonly ConcurrentDictionary<Digest, ArchiveEntry> _blobs = new();
    private readonly HashSet<string> _directories = [];
    private readonly SemaphoreSlim _turn = new(1);

    private OciArchiveWriter(StagedArchive archive, OciArchiveWriterOptions options)
    {
        _archive = archive;
        _index = new StoreIndex(this);
        Options = options;
    }

    /// <summary>The full path that the archive goes to.</summary>
    public string Path => _archive.Path;

    internal OciArchiveWriterOptions Options { get; }

    /// <summary>Begins an archive.</summary>
    /// <param name="path">Where it goes; a file that is there is replaced on completion. Its directory must exist and take new files.</param>
    /// <param name="options">Places; <see langword="null"/> for the defaults. Copied.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The writer, which the caller completes, and disposes in any case.</returns>
    /// <exception cref="ArchiveException">The file cannot be made, or what is at the path is no file.</exception>
    public static async Task<OciArchiveWriter> CreateAsync(string path, OciArchiveWriterOptions? options = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var archive = new StagedArchive(path);
        try
        {
            var header = new LayoutHeader { ImageLayoutVersion = LayoutHeader.CurrentVersion };
            await archive.AppendAsync(LayoutHeader.FileName, header.ToUtf8Bytes(), cancellationToken).ConfigureAwait(false);
            return new OciArchiveWriter(archive, (options ?? new OciArchiveWriterOptions()).Copy());
        }
        catch
        {
            await archive.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    /// <remarks>What was added can be read until the writer is disposed.</remarks>
    public Task<Stream> OpenAsync(Descriptor descriptor, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        cancellationToken.ThrowIfCancellationRequested();
        return _blobs.TryGetValue(descriptor.Digest, out ArchiveEntry entry)
            ? Task.FromResult<Stream>(new VerifyingStream(new SliceStream(_archive.Handle, entry), descriptor))
            : Task.FromException<Stream>(new ContentNotFoundException(descriptor.Digest.ToString(), Path));
    }

    /// <inheritdoc/>
    public Task<bool> ExistsAsync(Descriptor descriptor, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        return Task.FromResult(Has(descriptor));
    }

    /// <inheritdoc/>
    /// <exception cref="OciImageException">The reference is empty and there are several images.</exception>
    public Task<Descriptor?> ResolveAsync(string reference, CancellationToken cancellationToken = default) =>
        _index.ResolveAsync(reference, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<string> ListTagsAsync(CancellationToken cancellationToken = default) => _index.ListTagsAsync(cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<Descriptor> ListReferrersAsync(Digest subject, string? artifactType = null, CancellationToken cancellationToken = default) =>
        _index.ListReferrersAsync(subject, artifactType, cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="InvalidDocumentException">The media type says manifest or index, and the content is none; nothing is kept.</exception>
    /// <exception cref="ArchiveException">The file system refuses, or is full; nothing is kept.</exception>
    /// <exception cref="InvalidOperationException">The archive was completed.</exception>
    public async Task AddAsync(Descriptor descriptor, Stream content, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        ArgumentNullException.ThrowIfNull(content);
        bool isRoot = MediaTypes.IsManifest(descriptor.MediaType) || MediaTypes.IsIndex(descriptor.MediaType);
        if (isRoot && !Has(descriptor))
        {
            byte[] document = await ContentReading.ReadAsync(content, descriptor, OciJson.MaxDocumentSize, cancellationToken).ConfigureAwait(false);
            ManifestLinks.Parse(descriptor.MediaType, document);
            content = new MemoryStream(document, writable: false);
        }
        await AppendAsync(descriptor, content, cancellationToken).ConfigureAwait(false);
        if (isRoot)
        {
            await _index.AddRootAsync(descriptor, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    /// <remarks>The blob goes through a temporary file, since a tar says the size first; see <see cref="OciArchiveWriterOptions.TemporaryDirectory"/>.</remarks>
    public Task<ContentWriter> CreateAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _archive.ThrowIfClosed();
        return Task.FromResult<ContentWriter>(new ArchiveBlobWriter(this));
    }

    /// <inheritdoc/>
    public async Task TagAsync(Descriptor descriptor, string tag, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        TagName.Check(tag);
        _archive.ThrowIfClosed();
        if (!Has(descriptor))
        {
            throw new ContentNotFoundException(descriptor.Digest.ToString(), Path);
        }
        await _index.TagAsync(descriptor, tag, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes <c>index.json</c>, ends the archive, and puts it in its place. Nothing can be added after.</summary>
    /// <exception cref="ArchiveException">The file system refuses; what was at the path is still there.</exception>
    /// <exception cref="InvalidOperationException">The archive was completed before.</exception>
    public async Task CompleteAsync(CancellationToken cancellationToken = default)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _archive.AppendAsync(LayoutPaths.IndexName, _index.Current.ToUtf8Bytes(), cancellationToken).ConfigureAwait(false);
            await _archive.CompleteAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Closes the archive, and removes it where it was not completed. Calls that are under way must have ended.</summary>
    public ValueTask DisposeAsync() => _archive.DisposeAsync();

    /// <summary>The archive's path.</summary>
    public override string ToString() => Path;

    internal async Task AppendAsync(Descriptor descriptor, Stream content, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _archive.ThrowIfClosed();
            if (Has(descriptor))
            {
                return;
            }
            var verifying = new VerifyingStream(content, descriptor, leaveOpen: true);
            await using (verifying.ConfigureAwait(false))
            {
                string name = LayoutPaths.BlobName(descriptor.Digest);
                await AppendDirectoriesAsync(name, cancellationToken).ConfigureAwait(false);
                _blobs[descriptor.Digest] = await _archive.AppendAsync(name, descriptor.Size, verifying, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    private bool Has(Descriptor descriptor) => _blobs.TryGetValue(descriptor.Digest, out ArchiveEntry entry) && entry.Size == descriptor.Size;

    // "blobs/" and "blobs/sha256/": not every tool that unpacks a tar makes the parents that it lacks.
    private async Task AppendDirectoriesAsync(string name, CancellationToken cancellationToken)
    {
        for (int slash = name.IndexOf('/'); slash >= 0; slash = name.IndexOf('/', slash + 1))
        {
            if (!_directories.Contains(name[..slash]))
            {
                await _archive.AppendDirectoryAsync(name[..slash], cancellationToken).ConfigureAwait(false);
                _directories.Add(name[..slash]);
            }
        }
    }
}
