namespace Oci.Image;

/// <summary>The annotation keys that image-spec predefines (annotations.md), and those of other tools that are read here.</summary>
public static class AnnotationKeys
{
    /// <summary>When the image was built, RFC 3339.</summary>
    public const string Created = "org.opencontainers.image.created";

    /// <summary>Who is responsible for the image.</summary>
    public const string Authors = "org.opencontainers.image.authors";

    /// <summary>Where to learn more about the image.</summary>
    public const string Url = "org.opencontainers.image.url";

    /// <summary>Where the documentation is.</summary>
    public const string Documentation = "org.opencontainers.image.documentation";

    /// <summary>Where the source code is.</summary>
    public const string Source = "org.opencontainers.image.source";

    /// <summary>The version of the packaged software.</summary>
    public const string Version = "org.opencontainers.image.version";

    /// <summary>The source control revision of the packaged software.</summary>
    public const string Revision = "org.opencontainers.image.revision";

    /// <summary>Who distributes the image.</summary>
    public const string Vendor = "org.opencontainers.image.vendor";

    /// <summary>The licenses, as an SPDX expression.</summary>
    public const string Licenses = "org.opencontainers.image.licenses";

    /// <summary>The tag of an entry in the <c>index.json</c> of a layout.</summary>
    public const string RefName = "org.opencontainers.image.ref.name";

    /// <summary>The title for people; for a layer of an artifact, the file name.</summary>
    public const string Title = "org.opencontainers.image.title";

    /// <summary>What the packaged software is, for people.</summary>
    public const string Description = "org.opencontainers.image.description";

    /// <summary>The digest of the image that this one is based on.</summary>
    public const string BaseDigest = "org.opencontainers.image.base.digest";

    /// <summary>The reference of the image that this one is based on.</summary>
    public const string BaseName = "org.opencontainers.image.base.name";

    /// <summary>The full name that containerd and Docker give an entry in <c>index.json</c>; their ref name is the tag alone.</summary>
    public const string ContainerdImageName = "io.containerd.image.name";

    /// <summary>The keys that image-spec 1.1.1 defines.</summary>
    internal static IReadOnlySet<string> Predefined { get; } = new HashSet<string>
    {
        Created, Authors, Url, Documentation, Source, Version, Revision, Vendor, Licenses, RefName, Title, Description, BaseDigest, BaseName,
    };
}
