using System.IO.Pipelines;
using Oci.Image.Configuration;
using Oci.Image.Layers;

namespace Oci.Image.Manifests;

/// <summary>To Docker's format (distribution, manifest-v2-2.md), which has no place for much of what OCI's has.</summary>
internal sealed class DockerConversion(IContentSource source, IContentStore destination, ImageConversionOptions options) : FormatConversion(source, destination)
{
    private readonly Dictionary<Digest, Descriptor> _layers = [];

    protected override async Task<ImageManifest> ConvertAsync(Descriptor descriptor, ImageManifest manifest, CancellationToken cancellationToken)
    {
        if (manifest.MediaType == MediaTypes.DockerManifest)
        {
            return manifest;
        }
        if (!MediaTypes.IsConfig(manifest.Config.MediaType))
        {
            throw new ImageConversionException(descriptor, "$.config.mediaType", $"an artifact with a {manifest.Config.MediaType} has no form in Docker's format. Leave it in OCI's.");
        }
        Drop(descriptor, "$.annotations", manifest.Annotations);
        Drop(descriptor, "$.artifactType", manifest.ArtifactType);
        Drop(descriptor, "$.subject", manifest.Subject);
        DropOf(descriptor, "$.config", manifest.Config);
        var layers = new List<Descriptor>();
        for (int i = 0; i < manifest.Layers.Count; i++)
        {
            string path = $"$.layers[{i}]";
            DropOf(descriptor, path, manifest.Layers[i]);
            layers.Add(await ConvertLayerAsync(descriptor, path, manifest.Layers[i], manifest.Config, i, cancellationToken).ConfigureAwait(false));
        }
        return manifest with
        {
            MediaType = MediaTypes.DockerManifest,
            ArtifactType = null,
            Config = ToDocker(manifest.Config),
            Layers = layers,
            Subject = null,
            Annotations = null,
        };
    }

    protected override async Task<ImageIndex> ConvertAsync(Descriptor descriptor, ImageIndex index, CancellationToken cancellationToken)
    {
        if (index.MediaType == MediaTypes.DockerManifestList)
        {
            return index;
        }
        Drop(descriptor, "$.annotations", index.Annotations);
        Drop(descriptor, "$.artifactType", index.ArtifactType);
        Drop(descriptor, "$.subject", index.Subject);
        var manifests = new List<Descriptor>();
        for (int i = 0; i < index.Manifests.Count; i++)
        {
            Descriptor entry = index.Manifests[i];
            DropOf(descriptor, $"$.manifests[{i}]", entry);
            manifests.Add(ToDocker(entry) with { Platform = entry.Platform ?? await ReadPlatformAsync(entry, cancellationToken).ConfigureAwait(false) });
        }
        return index with { MediaType = MediaTypes.DockerManifestList, ArtifactType = null, Manifests = manifests, Subject = null, Annotations = null };
    }

    protected override async ValueTask<bool> TakesAsync(Descriptor index, Descriptor entry, int place, CancellationToken cancellationToken)
    {
        string path = $"$.manifests[{place}]";
        if (MediaTypes.IsIndex(entry.MediaType))
        {
            throw new ImageConversionException(index, path, "it is an index in an index, and Docker's lists hold manifests alone. Make one index of the images first.");
        }
        bool isImage = MediaTypes.IsManifest(entry.MediaType) && entry.Platform is not { Os: "unknown" }
            && MediaTypes.IsConfig((await Source.ReadManifestAsync(entry, cancellationToken).ConfigureAwait(false)).Config.MediaType);
        if (!isImage)
        {
            Drop(index, path, entry, "it is no image");
        }
        return isImage;
    }

    private async Task<Descriptor> ConvertLayerAsync(Descriptor document, string path, Descriptor layer, Descriptor config, int place, CancellationToken cancellationToken)
    {
        MediaType mediaType = layer.MediaType;
        if (mediaType == MediaTypes.LayerZstd || mediaType == MediaTypes.DockerLayerZstd)
        {
            return options.RecompressZstd
                ? await RecompressAsync(layer, config, place, cancellationToken).ConfigureAwait(false)
                : throw new ImageConversionException(document, $"{path}.mediaType", $"Docker's format knows no zstd. Set {nameof(ImageConversionOptions)}.{nameof(ImageConversionOptions.RecompressZstd)} to make it gzip.");
        }
        return ToDocker(layer) is { } converted && (MediaTypes.ToOci(converted.MediaType) != converted.MediaType)
            ? converted
            : throw new ImageConversionException(document, $"{path}.mediaType", $"Docker's format has no type for a {mediaType}. Leave the image in OCI's.");
    }

    private async Task<Descriptor> RecompressAsync(Descriptor layer, Descriptor config, int place, CancellationToken cancellationToken)
    {
        if (_layers.TryGetValue(layer.Digest, out Descriptor? known))
        {
            return known;
        }
        IReadOnlyList<Digest> diffIds = (await Source.ReadConfigAsync(config, cancellationToken).ConfigureAwait(false)).RootFs.DiffIds;
        Stream blob = await Source.OpenAsync(layer, cancellationToken).ConfigureAwait(false);
        var reader = new LayerReadPipeline(blob, layer, place < diffIds.Count ? diffIds[place] : null, options.Layers!, leaveOpen: false);
        await using (reader.ConfigureAwait(false))
        {
            ContentWriter destination = await Destination.CreateAsync(cancellationToken).ConfigureAwait(false);
            await using (destination.ConfigureAwait(false))
            {
                var writer = new LayerWriter(destination, new LayerWriterOptions { Codec = options.Codec });
                await using (writer.ConfigureAwait(false))
                {
                    await reader.Output.CopyToAsync(writer.Archive, cancellationToken).ConfigureAwait(false);
                    await reader.Completion.ConfigureAwait(false);
                    LayerDigests digests = await writer.CompleteAsync(cancellationToken).ConfigureAwait(false);
                    Descriptor after = await destination.CommitAsync(MediaTypes.DockerLayerGzip, digests.Descriptor.Digest, cancellationToken).ConfigureAwait(false);
                    Recompressed.Add(new RecompressedLayer(layer, after));
                    return _layers[layer.Digest] = after;
                }
            }
        }
    }

    // The list's "platform" is required in Docker's format; the config says it as well.
    private async Task<Platform> ReadPlatformAsync(Descriptor entry, CancellationToken cancellationToken)
    {
        ImageManifest manifest = await Destination.ReadManifestAsync(entry, cancellationToken).ConfigureAwait(false);
        ImageConfig config = await Source.ReadConfigAsync(manifest.Config, cancellationToken).ConfigureAwait(false);
        return config.Platform;
    }

    private void DropOf(Descriptor document, string path, Descriptor descriptor)
    {
        Drop(document, $"{path}.annotations", descriptor.Annotations);
        Drop(document, $"{path}.artifactType", descriptor.ArtifactType);
    }

    private void Drop(Descriptor document, string path, object? member, string what = "it is there")
    {
        if (member is null)
        {
            return;
        }
        if (!options.DropUnsupported)
        {
            throw new ImageConversionException(document, path, $"{what}, and Docker's format has no place for it. Set {nameof(ImageConversionOptions)}.{nameof(ImageConversionOptions.DropUnsupported)} to leave it out.");
        }
        Dropped.Add(new DroppedMember(document, path));
    }

    // Embedded content is only a copy, so to leave it out loses nothing.
    private static Descriptor ToDocker(Descriptor descriptor) => descriptor with
    {
        MediaType = MediaTypes.ToDocker(descriptor.MediaType),
        Annotations = null,
        ArtifactType = null,
        Data = null,
    };
}
