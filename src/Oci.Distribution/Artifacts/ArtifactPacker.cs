using System.Security.Cryptography;
using Oci.Distribution.Copying;
using Oci.Image;
using Oci.Image.Building;
using Oci.Image.Layers;
using Oci.Image.Manifests;
using Oci.Image.RootFilesystems;

namespace Oci.Distribution.Artifacts;

/// <summary>Packs files and directories into an artifact that oras and other tools read (image-spec, manifest.md, "Guidelines for Artifact Usage").</summary>
/// <remarks>The same files give the same digest: nothing says when they were packed, unless an annotation does.</remarks>
public static class ArtifactPacker
{
    /// <summary>The artifact type where none is given, as of oras.</summary>
    public const string UnknownArtifactType = "application/vnd.unknown.artifact.v1";

    /// <summary>Packs files into a store, with a manifest that lists them.</summary>
    /// <param name="store">A repository, a layout or any other store.</param>
    /// <param name="files">The files, in the order of the manifest; none makes an artifact that only annotations tell of.</param>
    /// <param name="options">What else the artifact says; <see langword="null"/> for the defaults.</param>
    /// <param name="progress">Is told how far each file is.</param>
    /// <param name="cancellationToken">Ends the work. Blobs that are whole by then stay; there is no manifest.</param>
    /// <returns>The descriptor of the manifest, with artifact type.</returns>
    /// <exception cref="ArtifactException">Two files have the same title, or one is a directory of another.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="ContentMismatchException">A file was changed while it was packed.</exception>
    /// <exception cref="RegistryException">The registry refuses, or cannot be reached.</exception>
    public static async Task<Descriptor> PackAsync(IContentStore store, IReadOnlyList<ArtifactFile> files, PackArtifactOptions? options = null, IProgress<ArtifactProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(files);
        options ??= new PackArtifactOptions();
        TitleRules.Check(files.Select(file => ArtifactTitle.Parse(file.Title)), ignoreCase: false);
        var layers = new List<Descriptor>();
        foreach (ArtifactFile file in files)
        {
            layers.Add(await AddAsync(store, file, progress, cancellationToken).ConfigureAwait(false));
        }
        Descriptor config = options.Config is ArtifactFile document
            ? (await AddAsync(store, document, progress, cancellationToken).ConfigureAwait(false)) with { Annotations = document.Annotations }
            : await AddEmptyAsync(store, cancellationToken).ConfigureAwait(false);
        if (layers.Count == 0)
        {
            // manifest.md: "layers ... SHOULD have at least one entry", "the empty descriptor MAY be used".
            layers.Add(await AddEmptyAsync(store, cancellationToken).ConfigureAwait(false));
        }
        var manifest = new ImageManifest
        {
            MediaType = MediaTypes.ImageManifest,
            // manifest.md: "MUST be set when config.mediaType is set to the empty value".
            ArtifactType = options.ArtifactType ?? (config.MediaType == MediaTypes.Empty ? UnknownArtifactType : null),
            Config = config,
            Layers = layers,
            Subject = options.Subject?.ToPlain() is Descriptor subject ? subject with { ArtifactType = null } : null,
            Annotations = options.Annotations.Count == 0 ? null : new SortedDictionary<string, string>(options.Annotations, StringComparer.Ordinal),
        };
        Descriptor added = await store.AddAsync(MediaTypes.ImageManifest, manifest.ToUtf8Bytes(), cancellationToken).ConfigureAwait(false);
        if (options.Tag is string tag)
        {
            await store.TagAsync(added, tag, cancellationToken).ConfigureAwait(false);
        }
        return added with { ArtifactType = manifest.ArtifactType ?? config.MediaType.ToString() };
    }

    private static async Task<Descriptor> AddEmptyAsync(IContentStore store, CancellationToken cancellationToken)
    {
        byte[] content = "{}"u8.ToArray();
        return await store.AddAsync(MediaTypes.Empty, content, cancellationToken).ConfigureAwait(false) with { Data = content };
    }

    private static async Task<Descriptor> AddAsync(IContentStore store, ArtifactFile file, IProgress<ArtifactProgress>? progress, CancellationToken cancellationToken)
    {
        if (file.IsDirectory)
        {
            return await AddDirectoryAsync(store, file, progress, cancellationToken).ConfigureAwait(false);
        }
        Stream content = file.Path is string path
            ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan)
            : new MemoryStream(file.Content.ToArray(), writable: false);
        await using (content.ConfigureAwait(false))
        {
            Descriptor blob = await DescribeAsync(content, file, cancellationToken).ConfigureAwait(false);
            content.Position = 0;
            var reported = new ProgressStream(_ => new ValueTask<Stream>(content), bytes => progress?.Report(new ArtifactProgress(file.Title, bytes, blob.Size)));
            await store.AddAsync(blob, reported, cancellationToken).ConfigureAwait(false);
            progress?.Report(new ArtifactProgress(file.Title, blob.Size, blob.Size));
            return blob with { Annotations = Annotate(file) };
        }
    }

    // Read twice: a blob is asked for, and sent, by its digest.
    private static async Task<Descriptor> DescribeAsync(Stream content, ArtifactFile file, CancellationToken cancellationToken)
    {
        byte[] hash = await SHA256.HashDataAsync(content, cancellationToken).ConfigureAwait(false);
        return new Descriptor { MediaType = file.MediaType, Digest = Digest.FromHash(DigestAlgorithm.Sha256, hash), Size = content.Position };
    }

    private static async Task<Descriptor> AddDirectoryAsync(IContentStore store, ArtifactFile file, IProgress<ArtifactProgress>? progress, CancellationToken cancellationToken)
    {
        var options = new LayerBuilderOptions
        {
            // oras writes the title before each name, and takes it off again.
            TargetPath = file.Title,
            AddParents = false,
            Pack = new PackOptions { IncludeRoot = true, Owner = new FileOwner(0, 0), KeepXattrs = false },
        };
        LayerDigests layer = await LayerBuilder.FromDirectoryAsync(store, file.Path!, options, cancellationToken).ConfigureAwait(false);
        progress?.Report(new ArtifactProgress(file.Title, layer.Descriptor.Size, layer.Descriptor.Size));
        SortedDictionary<string, string> annotations = Annotate(file);
        annotations[OrasAnnotations.Digest] = layer.DiffId.ToString();
        annotations[OrasAnnotations.Unpack] = "true";
        return layer.Descriptor with { MediaType = file.MediaType, Annotations = annotations };
    }

    private static SortedDictionary<string, string> Annotate(ArtifactFile file)
    {
        var annotations = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach ((string key, string value) in file.Annotations ?? new Dictionary<string, string>())
        {
            annotations[key] = value;
        }
        annotations[AnnotationKeys.Title] = file.Title;
        return annotations;
    }
}
