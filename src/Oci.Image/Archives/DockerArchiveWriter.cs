using System.IO.Pipelines;
using Oci.Image.Layers;

namespace Oci.Image.Archives;

/// <summary>Writes an archive as <c>docker save</c> does, for <c>docker load</c>, <c>podman load</c> and skopeo's <c>docker-archive:</c>.</summary>
/// <remarks>
/// <para>
/// The archive has any number of images under any number of names. Layers are expanded and checked against their
/// DiffIDs on the way, since the format wants plain tars; one that several images share is there once. An archive
/// says nothing of manifests: annotations and the digests of compressed layers are not in it.
/// </para>
/// <para>
/// It goes to a file beside the path, which <see cref="CompleteAsync"/> flushes and renames: until then, and after a
/// crash, the path has what it had before. Disposed without completion, it leaves nothing. The same calls one after
/// another give the same bytes. Safe for concurrent calls, which take turns.
/// </para>
/// </remarks>
public sealed class DockerArchiveWriter : IAsyncDisposable
{
    private readonly StagedArchive _archive;
    private readonly DockerArchiveWriterOptions _options;
    private readonly List<DockerArchiveImage> _images = [];
    private readonly HashSet<string> _files = [];
    private readonly DockerLegacyFiles _legacy;
    private readonly SemaphoreSlim _turn = new(1);

    private DockerArchiveWriter(StagedArchive archive, DockerArchiveWriterOptions options)
    {
        _archive = archive;
        _options = options;
        _legacy = new DockerLegacyFiles(archive);
    }

    /// <summary>The full path that the archive goes to.</summary>
    public string Path => _archive.Path;

    /// <summary>Begins an archive.</summary>
    /// <param name="path">Where it goes; a file that is there is replaced on completion. Its directory must exist and take new files.</param>
    /// <param name="options">What is written; <see langword="null"/> for the defaults. Copied.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The writer, which the caller completes, and disposes in any case.</returns>
    /// <exception cref="ArchiveException">The file cannot be made, or what is at the path is no file.</exception>
    public static Task<DockerArchiveWriter> CreateAsync(string path, DockerArchiveWriterOptions? options = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(new DockerArchiveWriter(new StagedArchive(path), (options ?? new DockerArchiveWriterOptions()).Copy()));
    }

    /// <summary>Adds an image.</summary>
    /// <param name="image">The image; what the archive has not yet is read.</param>
    /// <param name="names">Its names, such as <c>localhost/app:1</c>; <c>:latest</c> is added where there is no tag. May be empty.</param>
    /// <param name="cancellationToken">Ends the work; the archive stays good, without the image.</param>
    /// <exception cref="FormatException">A name is none that <c>docker load</c> takes.</exception>
    /// <exception cref="ArgumentException">Another image of the archive has one of the names.</exception>
    /// <exception cref="ContentNotFoundException">The source lacks a layer, as it may one that is not for distribution.</exception>
    /// <exception cref="ContentMismatchException">A layer is not what its descriptor or the config says.</exception>
    /// <exception cref="OciImageException">The image has something other than layers, which no such archive can hold.</exception>
    /// <exception cref="ArchiveException">The file system refuses, or is full.</exception>
    /// <exception cref="InvalidOperationException">The archive was completed.</exception>
    public async Task AddAsync(OciImage image, IReadOnlyList<string> names, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(names);
        List<string> tags = [.. names.Select(DockerName.Tag).Distinct(StringComparer.Ordinal)];
        if (image.Layers.FirstOrDefault(layer => !MediaTypes.IsLayer(layer.Descriptor.MediaType)) is ImageLayer odd)
        {
            throw new OciImageException($"{image.Descriptor.Digest} has the layer {odd.Descriptor.Digest} of type {odd.Descriptor.MediaType}, which is no file system layer: a Docker archive cannot hold it. Write an OCI archive.");
        }
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _archive.ThrowIfClosed();
            string config = $"{image.Manifest.Config.Digest.Hex}.json";
            CheckFree(tags, config);
            await AppendOnceAsync(config, name => _archive.AppendAsync(name, image.ConfigBytes.ToArray(), cancellationToken)).ConfigureAwait(false);
            var layers = new List<string>();
            foreach (ImageLayer layer in image.Layers)
            {
                layers.Add($"{layer.DiffId.Hex}.tar");
                await AppendOnceAsync(layers[^1], name => AppendLayerAsync(name, image.Source, layer, cancellationToken)).ConfigureAwait(false);
            }
            if (_options.IncludeLegacyFiles)
            {
                await _legacy.AppendAsync(image, layers, tags, cancellationToken).ConfigureAwait(false);
            }
            Register(new DockerArchiveImage { Config = config, RepoTags = tags, Layers = layers });
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Writes <c>manifest.json</c>, ends the archive, and puts it in its place. Nothing can be added after.</summary>
    /// <exception cref="ArchiveException">The file system refuses; what was at the path is still there.</exception>
    /// <exception cref="InvalidOperationException">The archive was completed before.</exception>
    public async Task CompleteAsync(CancellationToken cancellationToken = default)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            byte[] manifest = OciJson.ToUtf8Bytes([.. _images], OciJsonContext.Default.DockerArchiveImageArray);
            await _archive.AppendAsync(DockerArchiveContents.ManifestName, manifest, cancellationToken).ConfigureAwait(false);
            if (_options.IncludeLegacyFiles)
            {
                await _legacy.CompleteAsync(cancellationToken).ConfigureAwait(false);
            }
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

    private async Task AppendOnceAsync(string name, Func<string, Task> append)
    {
        if (!_files.Contains(name))
        {
            await append(name).ConfigureAwait(false);
            _files.Add(name);
        }
    }

    private async Task AppendLayerAsync(string name, IContentSource source, ImageLayer layer, CancellationToken cancellationToken)
    {
        Stream blob = await source.OpenAsync(layer.Descriptor, cancellationToken).ConfigureAwait(false);
        var pipeline = new LayerReadPipeline(blob, layer.Descriptor, layer.DiffId, _options.Layers!, leaveOpen: false);
        await using (pipeline.ConfigureAwait(false))
        {
            await _archive.AppendAsync(name, (output, token) => pipeline.Output.CopyToAsync(output, token), cancellationToken).ConfigureAwait(false);
            await pipeline.Completion.ConfigureAwait(false);
        }
    }

    private void CheckFree(List<string> tags, string config)
    {
        foreach (DockerArchiveImage other in _images)
        {
            if (other.Config != config && other.RepoTags!.Intersect(tags, StringComparer.Ordinal).FirstOrDefault() is string taken)
            {
                throw new ArgumentException($"The name '{taken}' is taken by another image of {Path}; a name stands for one.", nameof(tags));
            }
        }
    }

    // An image that comes twice is one image with more names, as for docker save.
    private void Register(DockerArchiveImage image)
    {
        int known = _images.FindIndex(other => other.Config == image.Config);
        if (known < 0)
        {
            _images.Add(image);
            return;
        }
        _images[known] = _images[known] with { RepoTags = [.. _images[known].RepoTags!.Union(image.RepoTags!, StringComparer.Ordinal)] };
    }
}
