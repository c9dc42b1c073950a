using Oci.Distribution.Copying;
using Oci.Image;
using Oci.Image.Layers;
using Oci.Image.Manifests;
using Oci.Image.RootFilesystems;

namespace Oci.Distribution.Artifacts;

/// <summary>Writes the files of an artifact into a directory, as oras does.</summary>
/// <remarks>
/// Titles and archives are untrusted. Every file is fetched and verified in a closed directory first, and only when all are
/// whole are they put in their places; no link is followed on the way, whether the artifact or the directory has it. What
/// fails before that leaves nothing behind.
/// </remarks>
public static class ArtifactUnpacker
{
    /// <summary>Writes the files of what a tag or digest stands for.</summary>
    /// <param name="source">Where the artifact is.</param>
    /// <param name="reference">A tag, or the digest of a manifest.</param>
    /// <param name="directory">Where to; made where absent. What it has already stays.</param>
    /// <param name="options">How, and the limits; <see langword="null"/> for the defaults. Copied.</param>
    /// <param name="progress">Is told how far each file is.</param>
    /// <param name="cancellationToken">Ends the work; nothing is left behind.</param>
    /// <exception cref="ContentNotFoundException">There is no such artifact, or a blob of it is missing.</exception>
    /// <exception cref="ArtifactException">A title or archive is refused, a file is there already, or it is an index.</exception>
    /// <exception cref="ContentMismatchException">A blob is not what the manifest says.</exception>
    /// <exception cref="IOException">The directory cannot be written.</exception>
    public static async Task<UnpackedArtifact> UnpackAsync(IContentSource source, string reference, string directory, UnpackArtifactOptions? options = null, IProgress<ArtifactProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(reference);
        Descriptor artifact = await source.ResolveAsync(reference, cancellationToken).ConfigureAwait(false)
            ?? throw new ContentNotFoundException(reference, source.ToString() ?? "The source");
        return await UnpackAsync(source, artifact, directory, options, progress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes the files of an artifact.</summary>
    /// <inheritdoc cref="UnpackAsync(IContentSource, string, string, UnpackArtifactOptions?, IProgress{ArtifactProgress}?, CancellationToken)"/>
    /// <param name="source">Where the artifact is.</param>
    /// <param name="artifact">Its manifest.</param>
    /// <param name="directory">Where to; made where absent. What it has already stays.</param>
    /// <param name="options">How, and the limits; <see langword="null"/> for the defaults. Copied.</param>
    /// <param name="progress">Is told how far each file is.</param>
    /// <param name="cancellationToken">Ends the work; nothing is left behind.</param>
    public static async Task<UnpackedArtifact> UnpackAsync(IContentSource source, Descriptor artifact, string directory, UnpackArtifactOptions? options = null, IProgress<ArtifactProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(artifact);
        ArgumentException.ThrowIfNullOrEmpty(directory);
        options = (options ?? new UnpackArtifactOptions()).Copy();
        if (MediaTypes.IsIndex(artifact.MediaType))
        {
            throw new ArtifactException($"{artifact.Digest} is an index, which has no files. Choose one of the manifests that it lists, by its digest.");
        }
        ImageManifest manifest = await source.ReadManifestAsync(artifact, cancellationToken).ConfigureAwait(false);
        StagedFile[] files = [.. manifest.Layers.Select((blob, i) => (blob, i)).Where(layer => GetTitle(layer.blob) is not null).Select(layer => StagedFile.Create(layer.blob, layer.i, GetTitle(layer.blob)!, options))];
        UnpackBudget budget = TakeFiles(files, options);
        // Of two such names one would be lost, where they are one to the file system.
        TitleRules.Check(files.Select(file => file.Title), ignoreCase: options.IsPortable);
        if (files.Length > 0)
        {
            await WriteAsync(source, files, Path.GetFullPath(directory), options, budget, progress, cancellationToken).ConfigureAwait(false);
        }
        return new UnpackedArtifact
        {
            Manifest = artifact,
            Files = [.. files.Select(file => file.Blob)],
            Untitled = [.. manifest.Layers.Where(blob => GetTitle(blob) is null && blob.MediaType != MediaTypes.Empty)],
        };
    }

    private static async Task WriteAsync(IContentSource source, StagedFile[] files, string directory, UnpackArtifactOptions options, UnpackBudget budget, IProgress<ArtifactProgress>? progress, CancellationToken cancellationToken)
    {
        using IArtifactTarget target = options.IsPortable ? PortableTarget.Open(directory) : LinuxTarget.Open(directory);
        foreach (StagedFile file in files)
        {
            target.Check(file.Title, file.IsArchive, options.Overwrite);
        }
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.MaxParallel, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(files, parallel, (file, token) => new ValueTask(StageAsync(source, file, target.Staging, budget, progress, token))).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        foreach (StagedFile file in files)
        {
            if (file.IsArchive && options.Overwrite)
            {
                DirectoryMerge.Place(target, file.Name, file.Title);
            }
            else
            {
                target.Place(file.Name, file.Title, options.Overwrite);
            }
        }
    }

    private static async Task StageAsync(IContentSource source, StagedFile file, string staging, UnpackBudget budget, IProgress<ArtifactProgress>? progress, CancellationToken cancellationToken)
    {
        string path = Path.Combine(staging, file.Name);
        var content = new ProgressStream(
            token => EmbeddedContent.OpenAsync(source, file.Blob, token),
            bytes => progress?.Report(new ArtifactProgress(file.Title.ToString(), bytes, file.Blob.Size)));
        await using (content.ConfigureAwait(false))
        {
            if (file.IsArchive)
            {
                await UnpackAsync(content, file, path, budget, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                FileStream written = Create(path);
                await using (written.ConfigureAwait(false))
                {
                    await content.CopyToAsync(written, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        progress?.Report(new ArtifactProgress(file.Title.ToString(), file.Blob.Size, file.Blob.Size));
    }

    private static async Task UnpackAsync(Stream content, StagedFile file, string path, UnpackBudget budget, CancellationToken cancellationToken)
    {
        string archive = path + ".tar";
        var sanitizer = new ArchiveSanitizer(file.Title, budget);
        LayerDigests clean;
        FileStream written = Create(archive);
        await using (written.ConfigureAwait(false))
        {
            clean = await sanitizer.RunAsync(content, file.Blob, file.ArchiveDigest, written, cancellationToken).ConfigureAwait(false);
        }
        var layer = new UnpackLayer
        {
            Descriptor = clean.Descriptor,
            DiffId = clean.DiffId,
            OpenAsync = _ => Task.FromResult<Stream>(File.OpenRead(archive)),
        };
        var unpacker = new ImageUnpacker(new UnpackOptions
        {
            Ownership = OwnershipPolicy.Ignore,
            // The archive was within its limits when it was cleaned; padding is not counted again.
            MaxEntries = budget.Options.MaxFiles,
            MaxBytes = sanitizer.Bytes + budget.BytesLeft,
            Layers = new LayerReaderOptions { MaxUncompressedSize = long.MaxValue },
        });
        UnpackResult result = await unpacker.UnpackAsync([layer], path, cancellationToken: cancellationToken).ConfigureAwait(false);
        File.Delete(archive);
        // Where the system makes no hardlinks, they are copies, of which the archive has no bytes.
        if (!budget.TryTakeBytes(Math.Max(0, result.Bytes - sanitizer.Bytes)))
        {
            throw budget.TooManyBytes(file.Title);
        }
    }

    private static FileStream Create(string path) =>
        new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);

    private static string? GetTitle(Descriptor blob) => blob.Annotations?.GetValueOrDefault(AnnotationKeys.Title);

    /// <summary>What is left for the entries of archives.</summary>
    private static UnpackBudget TakeFiles(StagedFile[] files, UnpackArtifactOptions options)
    {
        var fetched = new UnpackBudget(options);
        var written = new UnpackBudget(options);
        foreach (StagedFile file in files)
        {
            if (!written.TryTakeFiles(1))
            {
                throw written.TooManyFiles(file.Title);
            }
            if (!fetched.TryTakeBytes(file.Blob.Size) || !written.TryTakeBytes(file.IsArchive ? 0 : file.Blob.Size))
            {
                throw written.TooManyBytes(file.Title);
            }
        }
        return written;
    }
}
