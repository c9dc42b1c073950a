namespace Oci.Image.Manifests;

internal static class DocumentRules
{
    // manifest.md and image-index.md: "schemaVersion ... this MUST be 2".
    public static void CheckSchemaVersion(string document, int schemaVersion)
    {
        if (schemaVersion != 2)
        {
            throw new InvalidDocumentException(document, "$.schemaVersion", $"it must be 2, and is {schemaVersion}. Docker's schema 1 is not supported: push the image again with a tool of this decade.");
        }
    }

    public static void CheckMediaType(string document, MediaType? mediaType, Func<MediaType, bool> isOne)
    {
        if (mediaType is { IsEmpty: false } value && !isOne(value))
        {
            throw new InvalidDocumentException(document, "$.mediaType", $"'{value}' is not the media type of an {document}.");
        }
    }

    // The serializer refuses null members, not null elements.
    public static void CheckNoNulls(string document, string listPath, IReadOnlyList<object?>? items)
    {
        for (int i = 0; i < (items?.Count ?? 0); i++)
        {
            if (items![i] is null)
            {
                throw new InvalidDocumentException(document, $"{listPath}[{i}]", "it is null, where a value is due.");
            }
        }
    }
}
