using Oci.Image;

namespace Oci.Distribution.Artifacts;

/// <summary>What an artifact says besides its files.</summary>
public sealed class PackArtifactOptions
{
    /// <summary>
    /// What the artifact is, as a media type: <c>application/vnd.example.sbom.v1</c>. Default none: then the type of the
    /// config says it, and without a config <see cref="ArtifactPacker.UnknownArtifactType"/>.
    /// </summary>
    /// <exception cref="FormatException">Set to no media type (image-spec, manifest.md: "MUST comply with RFC 6838").</exception>
    public string? ArtifactType
    {
        get;
        set
        {
            if (value is not null)
            {
                MediaType.Parse(value);
            }
            field = value;
        }
    }

    /// <summary>Annotations of the manifest. Default none.</summary>
    public IDictionary<string, string> Annotations { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The manifest that the artifact is about, as a signature is about an image. Default none.</summary>
    public Descriptor? Subject { get; set; }

    /// <summary>The config, a document that the artifact's type defines; its title is not kept. Default <see langword="null"/>: the empty descriptor.</summary>
    public ArtifactFile? Config { get; set; }

    /// <summary>The tag to set. Default none.</summary>
    public string? Tag { get; set; }
}
