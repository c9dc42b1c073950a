namespace Oci.Image.Tests.Conformance;

/// <summary>Every MUST and MUST NOT of image-spec 1.1.1, and what becomes of it here: the document, the heading and a number, and what has to hold.</summary>
/// <remarks>media-types.md has none.</remarks>
internal static class MustList
{
    /// <summary>What this library has to do: each has a test.</summary>
    public static IReadOnlyDictionary<string, string> Ours { get; } = new Dictionary<string, string>
    {
        ["annotations.md#rules-1"] = "annotations are a map from text to text",
        ["annotations.md#rules-2"] = "a value is there, and may be empty",
        ["annotations.md#rules-3"] = "a key stands once in its map",
        ["annotations.md#rules-4"] = "without annotations the member is absent or an empty map",
        ["annotations.md#rules-5"] = "an unknown key is no error",
        ["config.md#properties-1"] = "labels follow the rules of annotations",
        ["config.md#properties-2"] = "rootfs.type is layers",
        ["config.md#properties-3"] = "another rootfs.type is an error while verifying and unpacking",
        ["config.md#properties-4"] = "an unknown member is ignored",
        ["considerations.md#extensibility-1"] = "content of an unknown manifest media type is stored and copied",
        ["considerations.md#extensibility-2"] = "a manifest with an unknown property is stored and copied",
        ["considerations.md#extensibility-3"] = "an unknown property of a known media type is no error",
        ["descriptor.md#properties-1"] = "a media type is one by RFC 6838",
        ["descriptor.md#properties-2"] = "an entry of urls is one by RFC 3986",
        ["descriptor.md#properties-3"] = "annotations follow their rules",
        ["descriptor.md#properties-4"] = "data is base64",
        ["descriptor.md#properties-5"] = "data is the content that the descriptor refers to",
        ["descriptor.md#properties-6"] = "artifactType is a media type by RFC 6838",
        ["descriptor.md#digests-1"] = "a digest follows the grammar",
        ["descriptor.md#sha-256-1"] = "the encoded part of sha256 has 64 hex digits",
        ["descriptor.md#sha-256-2"] = "the encoded part of sha256 has no capitals",
        ["descriptor.md#sha-256-3"] = "sha256 is verified",
        ["descriptor.md#sha-512-1"] = "the encoded part of sha512 has 128 hex digits",
        ["descriptor.md#sha-512-2"] = "the encoded part of sha512 has no capitals",
        ["descriptor.md#blake3-1"] = "the encoded part of blake3 has 64 hex digits",
        ["descriptor.md#blake3-2"] = "the encoded part of blake3 has no capitals",
        ["descriptor.md#embedded-content-1"] = "data is not filled in where that would change a digest that is there",
        ["image-index.md#image-index-property-descriptions-1"] = "schemaVersion is 2",
        ["image-index.md#image-index-property-descriptions-2"] = "mediaType is that of an index, where it is there",
        ["image-index.md#image-index-property-descriptions-3"] = "artifactType is a media type by RFC 6838",
        ["image-index.md#image-index-property-descriptions-4"] = "manifests is there",
        ["image-index.md#image-index-property-descriptions-5"] = "entries that are image manifests are supported",
        ["image-index.md#image-index-property-descriptions-6"] = "an entry of an unknown media type is no error",
        ["image-index.md#image-index-property-descriptions-7"] = "annotations follow their rules",
        ["image-layout.md#content-1"] = "the directory blobs is there",
        ["image-layout.md#content-2"] = "the file oci-layout is there",
        ["image-layout.md#content-3"] = "oci-layout is a JSON object",
        ["image-layout.md#content-4"] = "oci-layout has an imageLayoutVersion",
        ["image-layout.md#content-5"] = "the file index.json is there",
        ["image-layout.md#content-6"] = "index.json is an image index",
        ["image-layout.md#blobs-1"] = "the content of a blob has the digest that it is named by",
        ["image-layout.md#blobs-2"] = "algorithm and encoded part of a name follow the grammar of digests",
        ["layer.md#distributable-format-1"] = "a layer is a tar archive",
        ["layer.md#distributable-format-2"] = "no path stands twice in a layer",
        ["layer.md#file-attributes-1"] = "times, owners, modes, xattrs and links are kept",
        ["layer.md#representing-changes-1"] = "what a whiteout names is removed",
        ["layer.md#changeset-over-existing-files-1"] = "a directory over a directory gives its attributes",
        ["layer.md#changeset-over-existing-files-2"] = "anything else takes the place of what is there",
        ["layer.md#whiteouts-1"] = "a whiteout that was applied is hidden",
        ["layer.md#whiteouts-2"] = "a whiteout is only for lower layers",
        ["layer.md#opaque-whiteout-1"] = "explicit and opaque whiteouts are both accepted",
        ["manifest.md#image-manifest-property-descriptions-1"] = "schemaVersion is 2",
        ["manifest.md#image-manifest-property-descriptions-2"] = "mediaType is that of a manifest, where it is there",
        ["manifest.md#image-manifest-property-descriptions-3"] = "artifactType is there where the config is empty",
        ["manifest.md#image-manifest-property-descriptions-4"] = "artifactType is a media type by RFC 6838",
        ["manifest.md#image-manifest-property-descriptions-5"] = "a manifest with an unknown artifactType is stored and copied",
        ["manifest.md#image-manifest-property-descriptions-6"] = "a config of an unknown media type is not parsed",
        ["manifest.md#image-manifest-property-descriptions-7"] = "a manifest with a config of an unknown media type is stored and copied",
        ["manifest.md#image-manifest-property-descriptions-8"] = "the media type of image configs is supported",
        ["manifest.md#image-manifest-property-descriptions-9"] = "another media type of a config is one by RFC 6838",
        ["manifest.md#image-manifest-property-descriptions-10"] = "each layer is a descriptor",
        ["manifest.md#image-manifest-property-descriptions-11"] = "the base layer is the first",
        ["manifest.md#image-manifest-property-descriptions-12"] = "the other layers follow in the order of the stack",
        ["manifest.md#image-manifest-property-descriptions-13"] = "the root filesystem is what applying the layers to an empty directory gives",
        ["manifest.md#image-manifest-property-descriptions-14"] = "layers that are plain or gzip, distributable or not, are supported",
        ["manifest.md#image-manifest-property-descriptions-15"] = "a manifest with a layer of an unknown media type is stored and copied",
        ["manifest.md#image-manifest-property-descriptions-16"] = "another media type of a layer is one by RFC 6838",
        ["manifest.md#image-manifest-property-descriptions-17"] = "annotations follow their rules",
        ["manifest.md#guidelines-for-artifact-usage-1"] = "artifactType is there where the config is empty",
    };

    /// <summary>What binds somebody else, and why no test is due.</summary>
    public static IReadOnlyDictionary<string, string> OfOthers { get; } = new Dictionary<string, string>
    {
        ["annotations.md#rules-prefix"] = "Other specs keep away from the prefix org.opencontainers; this is none. A key there that is not defined is a finding all the same.",
        ["annotations.md#rules-namespace"] = "Other specs keep away from the prefix org.opencontainers.image; this is none.",
        ["descriptor.md#embedded-content-registry"] = "A registry leaves data alone in what is pushed. That of this SDK keeps a manifest's bytes.",
        ["layer.md#platform-specific-attributes"] = "Implementations on Windows keep its attributes; unpack and pack are for Linux.",
        ["layer.md#populate-a-comparison-filesystem"] = "How a copy of a tree is made to be changed. No copy is made here: a tree is compared with what was noted of it.",
        ["manifest.md#guidelines-for-artifact-usage-config"] = "Whoever packs an artifact gives the config a type of its own, or the empty one.",
    };

    /// <summary>What is not met yet, and why.</summary>
    public static IReadOnlyDictionary<string, string> NotMet { get; } = new Dictionary<string, string>();
}
