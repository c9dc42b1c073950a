using System.Text.Json;

namespace Oci.Image.Validation;

/// <summary>The files of an OCI layout (image-layout.md).</summary>
internal static class LayoutRules
{
    private const string Content = "image-layout.md#content";
    private const string Blobs = "image-layout.md#blobs";

    public static readonly ValidationRule HeaderRequired = new("layout-header-required", ValidationSeverity.Error, Content, "A layout has a file oci-layout.");

    public static readonly ValidationRule HeaderVersion = new("layout-header-version", ValidationSeverity.Error, "image-layout.md#oci-layout-file", "oci-layout has an imageLayoutVersion, which is 1.0.0.");

    public static readonly ValidationRule IndexRequired = new("layout-index-required", ValidationSeverity.Error, Content, "A layout has a file index.json.");

    public static readonly ValidationRule BlobsRequired = new("layout-blobs-required", ValidationSeverity.Error, Content, "A layout has a directory blobs.");

    public static readonly ValidationRule BlobName = new("layout-blob-name", ValidationSeverity.Error, Blobs, "Below blobs are directories named by digest algorithms, and in those only files named by the rest of their digests.");

    public static readonly ValidationRule BlobType = new("layout-blob-type", ValidationSeverity.Error, Blobs, "A blob is a file that can be read.");

    public static readonly ValidationRule BlobContent = new("layout-blob-content", ValidationSeverity.Error, Blobs, "The content of a blob has the digest that it is named by.");

    public static readonly ValidationRule BlobUnreferenced = new("layout-blob-unreferenced", ValidationSeverity.Info, Blobs, "Something refers to each blob.");

    public static readonly ValidationRule TagGrammar = new("layout-tag-grammar", ValidationSeverity.Warning, "annotations.md#pre-defined-annotation-keys", $"{AnnotationKeys.RefName} follows its grammar.");

    public static readonly ValidationRule TagTwice = new("layout-tag-twice", ValidationSeverity.Warning, "image-layout.md#indexjson-file", "No two entries of index.json have the same tag.");

    public static readonly ValidationRule ArchiveTar = new("layout-archive", ValidationSeverity.Error, "image-layout.md#oci-image-layout-specification", "A layout in one file is a tar, plain or gzip, that keeps to the limits set for reading it.");

    public static IReadOnlyList<ValidationRule> All { get; } =
        [HeaderRequired, HeaderVersion, IndexRequired, BlobsRequired, BlobName, BlobType, BlobContent, BlobUnreferenced, TagGrammar, TagTwice, ArchiveTar];

    /// <summary>Checks the content of <c>oci-layout</c>.</summary>
    public static void CheckHeader(DocumentNode node)
    {
        node.CheckCase("imageLayoutVersion");
        if (node.TryRequire("imageLayoutVersion", HeaderVersion, out DocumentNode version) && version.Is(JsonValueKind.String) && !version.Value.ValueEquals("1.0.0"))
        {
            version.Report(HeaderVersion, "It must be 1.0.0, the only version that there is.");
        }
    }
}
