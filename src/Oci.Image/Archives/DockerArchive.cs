using System.Runtime.CompilerServices;
using Oci.Image.Manifests;

namespace Oci.Image.Archives;

/// <summary>The images of a <c>docker save</c> or <c>podman save</c> archive, read as OCI images.</summary>
/// <remarks>
/// <para>
/// Layers are read where they lie in the file, by position and never whole in memory. Such archives have no
/// manifests, so one is made for each image; its digest is not that of the image in a registry. Plain layers have
/// their DiffID for a digest, which is checked as they are read. Archives of Docker before 1.10, which have
/// <c>repositories</c> and no <c>manifest.json</c>, are read whole once, since they say no digests.
/// </para>
/// <para>
/// An archive that is compressed as a whole, or comes from a pipe, is first expanded to a temporary file. Streams
/// that were opened are good until the archive is disposed. Safe for concurrent calls.
/// </para>
/// </remarks>
public sealed class DockerArchive : IContentSource, IAsyncDisposable
{
    private readonly ArchiveFile _file;
    private readonly DockerArchiveContents _contents;

    private DockerArchive(ArchiveFile file, DockerArchiveContents contents)
    {
        _file = file;
        _contents = contents;
    }

    /// <summary>The full path of the archive.</summary>
    public string Path => _file.Path;

    /// <summary>The manifests made for the images, in the archive's order.</summary>
    public IReadOnlyList<Descriptor> Images => _contents.Images;

    /// <summary>Opens an archive and indexes it, which reads it once.</summary>
    /// <param name="path">The file, plain or gzip; or a named pipe.</param>
    /// <param name="options">Limits; <see langword="null"/> for the defaults. Copied.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The archive, which the caller disposes.</returns>
    /// <exception cref="ArchiveException">The file cannot be read, or is no Docker archive.</exception>
    /// <exception cref="Tar.TarFormatException">The file is no tar, or is truncated.</exception>
    /// <exception cref="InvalidDocumentException">Its <c>manifest.json</c> or a config is malformed.</exception>
    public static async Task<DockerArchive> OpenAsync(string path, ArchiveOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArchiveFile file = await ArchiveFile.OpenAsync(path, options, cancellationToken).ConfigureAwait(false);
        try
        {
            return new DockerArchive(file, await DockerArchiveContents.ReadAsync(file, cancellationToken).ConfigureAwait(false));
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
        if (_contents.Documents.TryGetValue(descriptor.Digest, out byte[]? document))
        {
            return Task.FromResult<Stream>(new VerifyingStream(new MemoryStream(document, writable: false), descriptor));
        }
        return _contents.Layers.TryGetValue(descriptor.Digest, out ArchiveEntry entry)
            ? Task.FromResult<Stream>(new VerifyingStream(_file.Open(entry), descriptor))
            : Task.FromException<Stream>(new ContentNotFoundException(descriptor.Digest.ToString(), Path));
    }

    /// <inheritdoc/>
    public Task<bool> ExistsAsync(Descriptor descriptor, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        return Task.FromResult(_contents.Documents.ContainsKey(descriptor.Digest) || _contents.Layers.ContainsKey(descriptor.Digest));
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Tags are whole names, such as <c>localhost/app:1</c>. As with Docker, <c>busybox</c>, <c>busybox:latest</c> and
    /// <c>docker.io/library/busybox:latest</c> are one name. <c>@0</c> is the first image of the archive, and so on.
    /// </remarks>
    /// <exception cref="OciImageException">The reference is empty and the archive has several images.</exception>
    public Task<Descriptor?> ResolveAsync(string reference, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reference);
        if (reference.Length == 0)
        {
            return Images.Count <= 1
                ? Task.FromResult<Descriptor?>(Images.FirstOrDefault())
                : Task.FromException<Descriptor?>(new OciImageException($"{Path} has {Images.Count} images, so a tag or digest must say which. Tags: {string.Join(", ", _contents.Tags.Keys.DefaultIfEmpty("none"))}."));
        }
        if (Digest.TryParse(reference, out Digest digest))
        {
            return Task.FromResult<Descriptor?>(Images.FirstOrDefault(image => image.Digest == digest));
        }
        if (PlaceReference.TryParse(reference, out int place))
        {
            return Task.FromResult(_contents.Places.ElementAtOrDefault(place));
        }
        return Task.FromResult<Descriptor?>(
            _contents.Tags.TryGetValue(reference, out Descriptor? exact) ? exact
            : _contents.Tags.FirstOrDefault(tag => DockerName.AreSame(tag.Key, reference)).Value);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<string> ListTagsAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        foreach (string tag in _contents.Tags.Keys)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return tag;
        }
    }

    /// <inheritdoc/>
    /// <remarks>There are none: the format has no place for them.</remarks>
    public IAsyncEnumerable<Descriptor> ListReferrersAsync(Digest subject, string? artifactType = null, CancellationToken cancellationToken = default) =>
        ManifestGraph.ListReferrersAsync(this, new ImageIndex { Manifests = Images }, subject, artifactType, cancellationToken);

    /// <summary>Closes the archive.</summary>
    public ValueTask DisposeAsync() => _file.DisposeAsync();

    /// <summary>The archive's path.</summary>
    public override string ToString() => Path;
}
