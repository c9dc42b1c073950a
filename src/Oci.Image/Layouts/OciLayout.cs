using System.Runtime.CompilerServices;
using Oci.Image.Manifests;

namespace Oci.Image.Layouts;

/// <summary>An OCI image layout: a directory of blobs with an <c>index.json</c> (image-spec, image-layout.md).</summary>
/// <remarks>
/// What is added is staged, verified, flushed to disk and renamed, so that a crash leaves no half blob; <c>index.json</c>
/// is replaced whole under a lock file that processes share, so that parallel writers lose no tag. Reading
/// needs no lock and no write access. Instances hold no files open and are safe for concurrent calls. Lock and unfinished
/// files live in the directory <c>.oci-sdk</c> of the layout, which other tools pass over.
/// </remarks>
public sealed class OciLayout : IContentStore
{
    private readonly LayoutPaths _paths;
    private readonly LayoutIndex _index;
    private readonly LayoutBlobs _blobs;

    private OciLayout(LayoutPaths paths)
    {
        _paths = paths;
        _index = new LayoutIndex(paths);
        _blobs = new LayoutBlobs(paths);
    }

    /// <summary>The full path of the layout's directory.</summary>
    public string Path => _paths.Root;

    /// <summary>The layout at a place, whatever its files are like.</summary>
    internal static OciLayout At(LayoutPaths paths) => new(paths);

    /// <summary>Opens a layout that is there.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="LayoutException">There is no layout, or one that cannot be read.</exception>
    /// <exception cref="InvalidDocumentException">Its <c>oci-layout</c> is malformed or of another version.</exception>
    public static async Task<OciLayout> OpenAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var paths = new LayoutPaths(System.IO.Path.GetFullPath(path));
        if (!File.Exists(paths.Header))
        {
            throw new LayoutException($"{paths.Root} is not an OCI layout: it has no file named {LayoutHeader.FileName}. Check the path, or make a layout with {nameof(OciLayout)}.{nameof(CreateAsync)}.", paths.Root);
        }
        LayoutHeader.Parse(await LayoutFiles.ReadSmallAsync(paths.Header, LayoutHeader.FileName, cancellationToken).ConfigureAwait(false));
        var layout = new OciLayout(paths);
        await layout._index.ReadAsync(cancellationToken).ConfigureAwait(false);
        return layout;
    }

    /// <summary>Opens the layout in a directory, and makes an empty one first where there is none.</summary>
    /// <remarks>What writers that were killed have left behind is removed after a day.</remarks>
    /// <param name="path">The directory; made with its parents where absent. Other files in it are left alone.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="LayoutException">The directory cannot be made or written.</exception>
    /// <exception cref="InvalidDocumentException">An <c>oci-layout</c> is there and is malformed or of another version.</exception>
    public static async Task<OciLayout> CreateAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var paths = new LayoutPaths(System.IO.Path.GetFullPath(path));
        try
        {
            if (!File.Exists(paths.Header) || !File.Exists(paths.Index))
            {
                Directory.CreateDirectory(paths.Staging);
                FileStream held = await LayoutLock.AcquireAsync(paths.Lock, cancellationToken).ConfigureAwait(false);
                await using (held.ConfigureAwait(false))
                {
                    await LayoutFiles.WriteEmptyAsync(paths, cancellationToken).ConfigureAwait(false);
                }
            }
            if (Directory.Exists(paths.Staging))
            {
                LayoutFiles.RemoveLeftovers(paths.Staging, TimeProvider.System.GetUtcNow() - LayoutFiles.LeftoverAge);
            }
        }
        catch (Exception e) when (LayoutException.Explains(e))
        {
            throw LayoutException.FromFileSystem("make a layout in", paths.Root, e);
        }
        return await OpenAsync(paths.Root, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The digest is of an algorithm that cannot be computed.</exception>
    /// <exception cref="LayoutException">The blob cannot be read, or a FIFO, link or other thing is in its place.</exception>
    public Task<Stream> OpenAsync(Descriptor descriptor, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        cancellationToken.ThrowIfCancellationRequested();
        FileStream file;
        try
        {
            file = _blobs.OpenRead(descriptor.Digest);
        }
        catch (OciImageException e)
        {
            return Task.FromException<Stream>(e);
        }
        try
        {
            return Task.FromResult<Stream>(new VerifyingStream(file, descriptor));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <remarks>
    /// A file of another size than the descriptor's does not count; its content is not read, which <see cref="AddAsync"/> does.
    /// What is there is marked as in use where it can be, by the time of its file, at most once a minute: so
    /// <see cref="CollectAsync"/> leaves it to whoever asked, to whom it may be a reason not to add it.
    /// </remarks>
    public Task<bool> ExistsAsync(Descriptor descriptor, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        return _blobs.HasAndMarkAsync(descriptor, cancellationToken).AsTask();
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Tags are the ref names of <c>index.json</c>, or else the full image names that containerd writes there. A digest is
    /// looked for in <c>index.json</c>, in the indexes that it lists, and among the blobs. The empty reference
    /// stands for the only image of the layout.
    /// </remarks>
    /// <exception cref="OciImageException">The reference is empty and the layout has several images.</exception>
    public async Task<Descriptor?> ResolveAsync(string reference, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ImageIndex index = await _index.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (Digest.TryParse(reference, out Digest digest))
        {
            return await ManifestGraph.FindAsync(this, index, digest, cancellationToken).ConfigureAwait(false)
                ?? await DescribeBlobAsync(digest, cancellationToken).ConfigureAwait(false);
        }
        return reference.Length == 0 ? LayoutEntries.FindOnly(index, Path) : LayoutEntries.Find(index, reference);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<string> ListTagsAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ImageIndex index = await _index.ReadAsync(cancellationToken).ConfigureAwait(false);
        foreach (string tag in LayoutEntries.ListTags(index))
        {
            yield return tag;
        }
    }

    /// <inheritdoc/>
    /// <remarks>Finds the manifests that <c>index.json</c> lists, itself or through an index.</remarks>
    public async IAsyncEnumerable<Descriptor> ListReferrersAsync(Digest subject, string? artifactType = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ImageIndex index = await _index.ReadAsync(cancellationToken).ConfigureAwait(false);
        await foreach (Descriptor referrer in ManifestGraph.ListReferrersAsync(this, index, subject, artifactType, cancellationToken).ConfigureAwait(false))
        {
            yield return referrer;
        }
    }

    /// <inheritdoc/>
    /// <remarks>
    /// A blob that is there is read and checked, and written anew where it is damaged: to add is to repair.
    /// A manifest or index that nothing else lists gets an entry without a tag in <c>index.json</c>, so that every tool finds it.
    /// </remarks>
    /// <exception cref="InvalidDocumentException">The media type says manifest or index, and the content is none; nothing is kept.</exception>
    /// <exception cref="LayoutException">The file system refuses, or is full; nothing is kept.</exception>
    public async Task AddAsync(Descriptor descriptor, Stream content, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        ArgumentNullException.ThrowIfNull(content);
        bool isRoot = MediaTypes.IsManifest(descriptor.MediaType) || MediaTypes.IsIndex(descriptor.MediaType);
        if (!await _blobs.IsIntactAsync(descriptor, cancellationToken).ConfigureAwait(false))
        {
            if (isRoot)
            {
                byte[] document = await ContentReading.ReadAsync(content, descriptor, OciJson.MaxDocumentSize, cancellationToken).ConfigureAwait(false);
                ManifestLinks.Parse(descriptor.MediaType, document);
                content = new MemoryStream(document, writable: false);
            }
            var writer = new LayoutBlobWriter(_paths, descriptor.Digest.Algorithm);
            await using (writer.ConfigureAwait(false))
            {
                await ContentReading.CopyAsync(content, writer, descriptor, cancellationToken).ConfigureAwait(false);
                await writer.CommitAsync(descriptor.MediaType, descriptor.Digest, cancellationToken).ConfigureAwait(false);
            }
        }
        if (isRoot)
        {
            await _index.UpdateAsync((index, token) => LayoutEntries.AddRootAsync(this, index, descriptor, token), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="LayoutException">The file system refuses.</exception>
    public Task<ContentWriter> CreateAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult<ContentWriter>(new LayoutBlobWriter(_paths, DigestAlgorithm.Sha256));
    }

    /// <inheritdoc/>
    /// <remarks>The manifest that had the tag before is no longer listed, unless it has another tag or a subject.</remarks>
    /// <exception cref="LayoutException">The file system refuses; the tag is as it was.</exception>
    public async Task TagAsync(Descriptor descriptor, string tag, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        TagName.Check(tag);
        if (!await _blobs.HasAndMarkAsync(descriptor, cancellationToken).ConfigureAwait(false))
        {
            throw new ContentNotFoundException(descriptor.Digest.ToString(), Path);
        }
        await _index.UpdateAsync((index, token) => LayoutEntries.TagAsync(this, index, descriptor, tag, token), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes a tag away. The blobs stay; the manifest is no longer listed, unless it has another tag or a subject.</summary>
    /// <returns>False where there was no such tag.</returns>
    /// <exception cref="LayoutException">The file system refuses; the tag is as it was.</exception>
    public async Task<bool> UntagAsync(string tag, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tag);
        bool found = false;
        await _index.UpdateAsync(
            async (index, token) =>
            {
                ImageIndex after = await LayoutEntries.UntagAsync(this, index, tag, token).ConfigureAwait(false);
                found = !ReferenceEquals(index, after);
                return after;
            },
            cancellationToken).ConfigureAwait(false);
        return found;
    }

    /// <summary>Removes the blobs that no tag or other entry of <c>index.json</c> leads to, and what killed writers left.</summary>
    /// <remarks>
    /// <para>
    /// Kept is what <c>index.json</c> lists, with all below it; referrers live as long as their subject
    /// (<see cref="LayoutCollectOptions.FollowReferrers"/>). Layouts that other tools have written are collected likewise.
    /// </para>
    /// <para>
    /// Safe while other processes use the layout by this class: a blob that one of them wrote or asked for within
    /// <see cref="LayoutCollectOptions.GracePeriod"/> stays, with what it points to, as do files that are being
    /// written. Other tools take no locks; for their sake as well, leave the grace period longer than their work takes.
    /// </para>
    /// </remarks>
    /// <param name="options">What is removed; <see langword="null"/> for the defaults. Copied.</param>
    /// <param name="cancellationToken">Ends the work. What was removed by then is gone, and what is left is whole.</param>
    /// <exception cref="LayoutException">A listed manifest is damaged, so that what it needs is not known: nothing was removed. Or the file system refuses.</exception>
    public Task<LayoutCollection> CollectAsync(LayoutCollectOptions? options = null, CancellationToken cancellationToken = default) =>
        new LayoutCollector(_paths, _blobs, _index, (options ?? new LayoutCollectOptions()).Copy()).RunAsync(cancellationToken);

    /// <summary>The entries of <c>index.json</c> in its order, with their tags as <see cref="AnnotationKeys.RefName"/>.</summary>
    /// <exception cref="LayoutException"><c>index.json</c> cannot be read.</exception>
    public async IAsyncEnumerable<Descriptor> ListEntriesAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (Descriptor entry in (await _index.ReadAsync(cancellationToken).ConfigureAwait(false)).Manifests)
        {
            yield return entry;
        }
    }

    /// <summary>All blobs, pointed to or not, by the names of their files.</summary>
    /// <exception cref="LayoutException">A directory cannot be read, or is a link.</exception>
    public async IAsyncEnumerable<LayoutBlob> ListBlobsAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        foreach (LayoutBlob blob in _blobs.List())
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return blob;
        }
    }

    /// <summary>The layout's path.</summary>
    public override string ToString() => Path;

    // A manifest that nothing lists any more is still there for who knows its digest.
    private async Task<Descriptor?> DescribeBlobAsync(Digest digest, CancellationToken cancellationToken)
    {
        if (_blobs.FindFile(digest) is not FileFacts file || file.Size > OciJson.MaxDocumentSize)
        {
            return null;
        }
        var blob = new Descriptor { MediaType = MediaTypes.OctetStream, Digest = digest, Size = file.Size };
        byte[] content = await this.ReadAsync(blob, cancellationToken: cancellationToken).ConfigureAwait(false);
        return ManifestLinks.Sniff(content) is MediaType mediaType ? blob with { MediaType = mediaType } : null;
    }
}
