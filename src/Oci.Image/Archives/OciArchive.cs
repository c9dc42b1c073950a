using Oci.Image.Layouts;
using Oci.Image.Manifests;

namespace Oci.Image.Archives;

/// <summary>An OCI layout in a tar, as <c>skopeo copy ... oci-archive:</c>, <c>podman save --format oci-archive</c> and newer <c>docker save</c> write it.</summary>
/// <remarks>
/// Blobs are read where they lie in the file, by position and never whole in memory. An archive that is compressed as
/// a whole, or comes from a pipe, is first expanded to a temporary file. Streams that were opened are good until the
/// archive is disposed. Safe for concurrent calls.
/// </remarks>
public sealed class OciArchive : IContentSource, IAsyncDisposable
{
    private readonly ArchiveFile _file;
    private readonly StoreIndex _index;

    private OciArchive(ArchiveFile file, ImageIndex index)
    {
        _file = file;
        _index = new StoreIndex(this, index);
    }

    /// <summary>The full path of the archive.</summary>
    public string Path => _file.Path;

    /// <summary>The blobs of an archive, whatever its <c>index.json</c> is like. The file stays the caller's.</summary>
    internal static OciArchive At(ArchiveFile file) => new(file, new ImageIndex { Manifests = [] });

    /// <summary>Opens an archive and indexes it, which reads it once.</summary>
    /// <param name="path">The file, plain or gzip; or a named pipe.</param>
    /// <param name="options">Limits; <see langword="null"/> for the defaults. Copied.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The archive, which the caller disposes.</returns>
    /// <exception cref="ArchiveException">The file cannot be read, or holds no layout.</exception>
    /// <exception cref="Tar.TarFormatException">The file is no tar, or is truncated.</exception>
    /// <exception cref="InvalidDocumentException">Its <c>oci-layout</c> or <c>index.json</c> is malformed.</exception>
    public static async Task<OciArchive> OpenAsync(string path, ArchiveOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArchiveFile file = await ArchiveFile.OpenAsync(path, options, cancellationToken).ConfigureAwait(false);
        try
        {
            if (!file.Contains(LayoutHeader.FileName))
            {
                string hint = file.Contains("manifest.json") ? $"It is a Docker archive; open it with {nameof(DockerArchive)}." : "Check the path.";
                throw new ArchiveException($"{file.Path} is not an OCI archive: it has no file named {LayoutHeader.FileName}. {hint}", file.Path);
            }
            LayoutHeader.Parse(await file.ReadSmallAsync(LayoutHeader.FileName, cancellationToken).ConfigureAwait(false));
            return new OciArchive(file, ImageIndex.Parse(await file.ReadSmallAsync(LayoutPaths.IndexName, cancellationToken).ConfigureAwait(false)));
        }
        catch
        {
            await file.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<Stream> OpenAsync(Descriptor descriptor, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        cancellationToken.ThrowIfCancellationRequested();
        return Find(descriptor.Digest) is ArchiveEntry entry
            ? Task.FromResult<Stream>(new VerifyingStream(_file.Open(entry), descriptor))
            : Task.FromException<Stream>(new ContentNotFoundException(descriptor.Digest.ToString(), Path));
    }

    /// <inheritdoc/>
    public Task<bool> ExistsAsync(Descriptor descriptor, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        return Task.FromResult(Find(descriptor.Digest)?.Size == descriptor.Size);
    }

    /// <inheritdoc/>
    /// <remarks><c>@0</c> is the first image that <c>index.json</c> lists, and so on.</remarks>
    /// <exception cref="OciImageException">The reference is empty and the archive has several images.</exception>
    public Task<Descriptor?> ResolveAsync(string reference, CancellationToken cancellationToken = default) =>
        _index.ResolveAsync(reference, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<string> ListTagsAsync(CancellationToken cancellationToken = default) => _index.ListTagsAsync(cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<Descriptor> ListReferrersAsync(Digest subject, string? artifactType = null, CancellationToken cancellationToken = default) =>
        _index.ListReferrersAsync(subject, artifactType, cancellationToken);

    /// <summary>Closes the archive.</summary>
    public ValueTask DisposeAsync() => _file.DisposeAsync();

    /// <summary>The archive's path.</summary>
    public override string ToString() => Path;

    private ArchiveEntry? Find(Digest digest) => _file.Find(LayoutPaths.BlobName(digest));
}
