using System.Text;
using Oci.Common.Linux;
using Oci.Image.Configuration;
using Oci.Image.Layouts;
using Oci.Image.Manifests;

namespace Oci.Image.Archives;

/// <summary>What a Docker archive holds, by digest and by tag.</summary>
internal sealed class DockerArchiveContents
{
    public const string ManifestName = "manifest.json";
    public const string RepositoriesName = "repositories";

    public Dictionary<Digest, byte[]> Documents { get; } = [];

    public Dictionary<Digest, ArchiveEntry> Layers { get; } = [];

    public SortedDictionary<string, Descriptor> Tags { get; } = new(StringComparer.Ordinal);

    public List<Descriptor> Images { get; } = [];

    /// <summary>The images as <c>manifest.json</c> lists them, which may be one of them twice.</summary>
    public List<Descriptor> Places { get; } = [];

    public static async Task<DockerArchiveContents> ReadAsync(ArchiveFile file, CancellationToken cancellationToken)
    {
        var contents = new DockerArchiveContents();
        if (!file.Contains(ManifestName))
        {
            if (!file.Contains(RepositoriesName))
            {
                string hint = file.Contains(LayoutHeader.FileName) ? $"It is an OCI archive; open it with {nameof(OciArchive)}." : "Check that it is what 'docker save' or 'podman save' wrote.";
                throw new ArchiveException($"{file.Path} is not a Docker archive: it has no file named {ManifestName}. {hint}", file.Path);
            }
            foreach ((byte[] config, IReadOnlyList<string> layers, IReadOnlyList<string> tags) in await new DockerLegacyReader(file).ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                await contents.AddAsync(file, config, new DockerArchiveImage { Config = "", Layers = layers, RepoTags = tags }, "$", cancellationToken).ConfigureAwait(false);
            }
            return contents;
        }
        byte[] utf8 = await file.ReadSmallAsync(ManifestName, cancellationToken).ConfigureAwait(false);
        DockerArchiveImage?[] images = OciJson.Parse(utf8, OciJsonContext.Default.DockerArchiveImageArray, ManifestName);
        for (int i = 0; i < images.Length; i++)
        {
            DockerArchiveImage image = images[i] ?? throw new InvalidDocumentException(ManifestName, $"$[{i}]", "it is null, where an image is due.");
            await contents.AddAsync(file, image, $"$[{i}]", cancellationToken).ConfigureAwait(false);
        }
        return contents;
    }

    private async Task AddAsync(ArchiveFile file, DockerArchiveImage image, string jsonPath, CancellationToken cancellationToken)
    {
        if (!file.Contains(image.Config))
        {
            throw new InvalidDocumentException(ManifestName, $"{jsonPath}.Config", $"the archive has no file '{Quote(image.Config)}'.");
        }
        DocumentRules.CheckNoNulls(ManifestName, $"{jsonPath}.Layers", image.Layers);
        DocumentRules.CheckNoNulls(ManifestName, $"{jsonPath}.RepoTags", image.RepoTags);
        await AddAsync(file, await file.ReadSmallAsync(image.Config, cancellationToken).ConfigureAwait(false), image, jsonPath, cancellationToken).ConfigureAwait(false);
    }

    private async Task AddAsync(ArchiveFile file, byte[] configBytes, DockerArchiveImage image, string jsonPath, CancellationToken cancellationToken)
    {
        ImageConfig config = ImageConfig.Parse(configBytes);
        IReadOnlyList<string> names = image.Layers ?? [];
        IReadOnlyList<Digest> diffIds = config.RootFs.DiffIds;
        if (names.Count != diffIds.Count)
        {
            throw new InvalidDocumentException(ManifestName, $"{jsonPath}.Layers", $"it names {names.Count} layers, and the config {Quote(image.Config)} has {diffIds.Count} DiffIDs.");
        }
        var layers = new Descriptor[names.Count];
        for (int i = 0; i < layers.Length; i++)
        {
            ArchiveEntry entry = file.Find(names[i])
                ?? throw new InvalidDocumentException(ManifestName, $"{jsonPath}.Layers[{i}]", $"the archive has no file '{Quote(names[i])}'.");
            layers[i] = await DescribeLayerAsync(file, names[i], entry, diffIds[i], cancellationToken).ConfigureAwait(false);
            Layers.TryAdd(layers[i].Digest, entry);
        }
        Descriptor configDescriptor = Descriptor.Create(MediaTypes.ImageConfig, configBytes);
        Documents[configDescriptor.Digest] = configBytes;
        var manifest = new ImageManifest { MediaType = MediaTypes.ImageManifest, Config = configDescriptor, Layers = layers };
        byte[] manifestBytes = manifest.ToUtf8Bytes();
        Descriptor descriptor = Descriptor.Create(MediaTypes.ImageManifest, manifestBytes) with { Platform = config.Platform };
        Documents[descriptor.Digest] = manifestBytes;
        Places.Add(descriptor);
        if (!Images.Any(other => other.Digest == descriptor.Digest))
        {
            Images.Add(descriptor);
        }
        foreach (string tag in image.RepoTags ?? [])
        {
            Tags[tag] = descriptor;
        }
    }

    // Layers are plain tars, save in archives of Docker with containerd's image store, where they are blobs as pulled.
    private static async Task<Descriptor> DescribeLayerAsync(ArchiveFile file, string name, ArchiveEntry entry, Digest diffId, CancellationToken cancellationToken)
    {
        using Stream stream = file.Open(entry);
        var magic = new byte[4];
        await stream.ReadAtLeastAsync(magic, magic.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        MediaType mediaType = magic switch
        {
            [0x1f, 0x8b, ..] => MediaTypes.LayerGzip,
            [0x28, 0xb5, 0x2f, 0xfd] => MediaTypes.LayerZstd,
            _ => MediaTypes.Layer,
        };
        Digest digest = mediaType == MediaTypes.Layer ? diffId
            : BlobNamed(name) ?? await HashAsync(stream, cancellationToken).ConfigureAwait(false);
        return new Descriptor { MediaType = mediaType, Digest = digest, Size = entry.Size };
    }

    // Names come from the archive: no terminal codes, and no megabytes, into messages and logs.
    private static string Quote(string name) => PathText.Describe(Encoding.UTF8.GetBytes(name));

    // "blobs/sha256/HEX": a claim, checked like any other when the blob is read.
    private static Digest? BlobNamed(string name) =>
        name.Split('/') is [.., "blobs", string algorithm, string hex] && Digest.TryParse($"{algorithm}:{hex}", out Digest digest) && digest.IsComputable
            ? digest : null;

    private static async Task<Digest> HashAsync(Stream stream, CancellationToken cancellationToken)
    {
        stream.Position = 0;
        byte[] hash = await System.Security.Cryptography.SHA256.HashDataAsync(stream, cancellationToken).ConfigureAwait(false);
        return Digest.FromHash(DigestAlgorithm.Sha256, hash);
    }
}
