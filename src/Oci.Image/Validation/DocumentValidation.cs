using System.Text.Json;
using Oci.Image.Configuration;
using Oci.Image.Layouts;
using Oci.Image.Manifests;

namespace Oci.Image.Validation;

/// <summary>Checks one document against the rules of its media type.</summary>
internal static class DocumentValidation
{
    /// <summary>Checks a document; findings name <paramref name="content"/>.</summary>
    /// <returns>False where it is not to be followed: it has errors, or cannot be read.</returns>
    public static bool Check(ReadOnlyMemory<byte> utf8, MediaType mediaType, FindingList findings, Descriptor? content = null, bool isLayout = false)
    {
        int errors = findings.ErrorCount;
        int warnings = findings.WarningCount;
        using JsonDocument? document = JsonRules.Read(utf8, findings, content);
        if (document is null)
        {
            return false;
        }
        var root = new DocumentNode(document.RootElement, "$", findings, content);
        if (root.Is(JsonValueKind.Object))
        {
            CheckKind(root, mediaType, isLayout);
        }
        bool isGood = findings.ErrorCount == errors;
        if (isGood && Read(utf8.Span, mediaType) is InvalidDocumentException e)
        {
            // A digest of another algorithm is valid by the spec, and was told.
            isGood = false;
            if (findings.WarningCount == warnings || !findings.Items.Any(f => f.Rule == DescriptorRules.DigestUnsupported))
            {
                findings.Add(JsonRules.Unreadable, e.JsonPath, e.Message, content, e);
            }
        }
        return isGood;
    }

    private static void CheckKind(DocumentNode root, MediaType mediaType, bool isLayout)
    {
        if (MediaTypes.IsManifest(mediaType))
        {
            ManifestRules.Check(root, mediaType);
        }
        else if (MediaTypes.IsIndex(mediaType))
        {
            IndexRules.Check(root, mediaType, isLayout);
        }
        else if (MediaTypes.IsConfig(mediaType))
        {
            ConfigRules.Check(root, mediaType);
        }
        else if (mediaType == MediaTypes.Descriptor)
        {
            DescriptorRules.Check(root);
        }
        else if (mediaType == MediaTypes.LayoutHeader)
        {
            LayoutRules.CheckHeader(root);
        }
    }

    // The rules above are those of the spec; this is the proof that what passes them can be read here.
    private static InvalidDocumentException? Read(ReadOnlySpan<byte> utf8, MediaType mediaType)
    {
        try
        {
            if (MediaTypes.IsManifest(mediaType))
            {
                ImageManifest.Parse(utf8);
            }
            else if (MediaTypes.IsIndex(mediaType))
            {
                ImageIndex.Parse(utf8);
            }
            else if (MediaTypes.IsConfig(mediaType))
            {
                ImageConfig.Parse(utf8);
            }
            else if (mediaType == MediaTypes.Descriptor)
            {
                OciJson.Parse(utf8, OciJsonContext.Default.Descriptor, "descriptor");
            }
            else if (mediaType == MediaTypes.LayoutHeader)
            {
                LayoutHeader.Parse(utf8);
            }
            return null;
        }
        catch (InvalidDocumentException e)
        {
            return e;
        }
    }
}
