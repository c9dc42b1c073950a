namespace Oci.Image;

/// <summary>The media types of image-spec 1.1.1 (media-types.md) and of Docker's schema2, by name.</summary>
public static class MediaTypes
{
    /// <summary><c>application/vnd.oci.descriptor.v1+json</c></summary>
    public static readonly MediaType Descriptor = MediaType.Parse("application/vnd.oci.descriptor.v1+json");

    /// <summary><c>application/vnd.oci.layout.header.v1+json</c></summary>
    public static readonly MediaType LayoutHeader = MediaType.Parse("application/vnd.oci.layout.header.v1+json");

    /// <summary><c>application/vnd.oci.image.index.v1+json</c></summary>
    public static readonly MediaType ImageIndex = MediaType.Parse("application/vnd.oci.image.index.v1+json");

    /// <summary><c>application/vnd.oci.image.manifest.v1+json</c></summary>
    public static readonly MediaType ImageManifest = MediaType.Parse("application/vnd.oci.image.manifest.v1+json");

    /// <summary><c>application/vnd.oci.image.config.v1+json</c></summary>
    public static readonly MediaType ImageConfig = MediaType.Parse("application/vnd.oci.image.config.v1+json");

    /// <summary><c>application/vnd.oci.image.layer.v1.tar</c></summary>
    public static readonly MediaType Layer = MediaType.Parse("application/vnd.oci.image.layer.v1.tar");

    /// <summary><c>application/vnd.oci.image.layer.v1.tar+gzip</c></summary>
    public static readonly MediaType LayerGzip = MediaType.Parse("application/vnd.oci.image.layer.v1.tar+gzip");

    /// <summary><c>application/vnd.oci.image.layer.v1.tar+zstd</c></summary>
    public static readonly MediaType LayerZstd = MediaType.Parse("application/vnd.oci.image.layer.v1.tar+zstd");

    /// <summary><c>application/vnd.oci.image.layer.nondistributable.v1.tar</c>, deprecated by the spec.</summary>
    public static readonly MediaType LayerNondistributable = MediaType.Parse("application/vnd.oci.image.layer.nondistributable.v1.tar");

    /// <summary><c>application/vnd.oci.image.layer.nondistributable.v1.tar+gzip</c>, deprecated by the spec.</summary>
    public static readonly MediaType LayerNondistributableGzip = MediaType.Parse("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip");

    /// <summary><c>application/vnd.oci.image.layer.nondistributable.v1.tar+zstd</c>, deprecated by the spec.</summary>
    public static readonly MediaType LayerNondistributableZstd = MediaType.Parse("application/vnd.oci.image.layer.nondistributable.v1.tar+zstd");

    /// <summary><c>application/vnd.oci.empty.v1+json</c>: the two bytes <c>{}</c>.</summary>
    public static readonly MediaType Empty = MediaType.Parse("application/vnd.oci.empty.v1+json");

    /// <summary><c>application/vnd.docker.distribution.manifest.v2+json</c></summary>
    public static readonly MediaType DockerManifest = MediaType.Parse("application/vnd.docker.distribution.manifest.v2+json");

    /// <summary><c>application/vnd.docker.distribution.manifest.list.v2+json</c></summary>
    public static readonly MediaType DockerManifestList = MediaType.Parse("application/vnd.docker.distribution.manifest.list.v2+json");

    /// <summary><c>application/vnd.docker.container.image.v1+json</c></summary>
    public static readonly MediaType DockerImageConfig = MediaType.Parse("application/vnd.docker.container.image.v1+json");

    /// <summary><c>application/vnd.docker.image.rootfs.diff.tar</c></summary>
    public static readonly MediaType DockerLayer = MediaType.Parse("application/vnd.docker.image.rootfs.diff.tar");

    /// <summary><c>application/vnd.docker.image.rootfs.diff.tar.gzip</c></summary>
    public static readonly MediaType DockerLayerGzip = MediaType.Parse("application/vnd.docker.image.rootfs.diff.tar.gzip");

    /// <summary><c>application/vnd.docker.image.rootfs.diff.tar.zstd</c></summary>
    public static readonly MediaType DockerLayerZstd = MediaType.Parse("application/vnd.docker.image.rootfs.diff.tar.zstd");

    /// <summary><c>application/vnd.docker.image.rootfs.foreign.diff.tar.gzip</c></summary>
    public static readonly MediaType DockerForeignLayer = MediaType.Parse("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip");

    /// <summary><c>application/octet-stream</c></summary>
    public static readonly MediaType OctetStream = MediaType.Parse("application/octet-stream");

    /// <summary>True for an OCI image manifest and a Docker schema2 manifest.</summary>
    public static bool IsManifest(MediaType mediaType) => mediaType == ImageManifest || mediaType == DockerManifest;

    /// <summary>True for an OCI image index and a Docker manifest list.</summary>
    public static bool IsIndex(MediaType mediaType) => mediaType == ImageIndex || mediaType == DockerManifestList;

    /// <summary>True for an image config, OCI or Docker.</summary>
    public static bool IsConfig(MediaType mediaType) => mediaType == ImageConfig || mediaType == DockerImageConfig;

    /// <summary>True for a filesystem layer of any kind and compression, OCI or Docker.</summary>
    public static bool IsLayer(MediaType mediaType) =>
        mediaType == Layer || mediaType == LayerGzip || mediaType == LayerZstd
        || mediaType == DockerLayer || mediaType == DockerLayerGzip || mediaType == DockerLayerZstd
        || IsNondistributable(mediaType);

    /// <summary>True for a layer that registries need not hold: its <see cref="Descriptor.Urls"/> say where it is.</summary>
    public static bool IsNondistributable(MediaType mediaType) =>
        mediaType == LayerNondistributable || mediaType == LayerNondistributableGzip || mediaType == LayerNondistributableZstd
        || mediaType == DockerForeignLayer;

    /// <summary>The OCI media type for a Docker one; any other is given back as it is.</summary>
    public static MediaType ToOci(MediaType mediaType)
    {
        foreach ((MediaType docker, MediaType oci) in DockerToOci)
        {
            if (docker == mediaType)
            {
                return oci;
            }
        }
        return mediaType;
    }

    /// <summary>The Docker media type for an OCI one; any other is given back as it is.</summary>
    public static MediaType ToDocker(MediaType mediaType)
    {
        foreach ((MediaType docker, MediaType oci) in DockerToOci)
        {
            if (oci == mediaType)
            {
                return docker;
            }
        }
        return mediaType;
    }

    // image-spec, media-types.md, "Compatibility Matrix".
    private static readonly (MediaType Docker, MediaType Oci)[] DockerToOci =
    [
        (DockerManifest, ImageManifest),
        (DockerManifestList, ImageIndex),
        (DockerImageConfig, ImageConfig),
        (DockerLayer, Layer),
        (DockerLayerGzip, LayerGzip),
        (DockerLayerZstd, LayerZstd),
        (DockerForeignLayer, LayerNondistributableGzip),
    ];
}
