using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oci.Image.Layouts;

/// <summary>The <c>oci-layout</c> file (image-spec, image-layout.md).</summary>
internal sealed record LayoutHeader
{
    public const string FileName = "oci-layout";
    public const string CurrentVersion = "1.0.0";

    [JsonPropertyName("imageLayoutVersion")]
    public required string ImageLayoutVersion { get; init; }

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? ExtensionData { get; set; }

    /// <summary>Reads the header; a later 1.x is taken, since semantic versions only add.</summary>
    public static LayoutHeader Parse(ReadOnlySpan<byte> utf8)
    {
        LayoutHeader header = OciJson.Parse(utf8, OciJsonContext.Default.LayoutHeader, FileName);
        if (!header.ImageLayoutVersion.StartsWith("1.", StringComparison.Ordinal))
        {
            throw new InvalidDocumentException(FileName, "$.imageLayoutVersion", $"the version '{header.ImageLayoutVersion}' is not known; layouts of version 1 are read.");
        }
        return header;
    }

    public byte[] ToUtf8Bytes() => OciJson.ToUtf8Bytes(this, OciJsonContext.Default.LayoutHeader);
}
