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

    // annotations.md: "Annotations MUST be a key-value map where both the key and value MUST be strings."
    public static void CheckNoNulls(string document, string mapPath, IReadOnlyDictionary<string, string>? map)
    {
        foreach ((string key, string? value) in map ?? new Dictionary<string, string>())
        {
            if (value is null)
            {
                throw new InvalidDocumentException(document, JsonPaths.Member(mapPath, key), "it is null, where text is due.");
            }
        }
    }

    public static void CheckDescriptor(string document, string path, Descriptor? descriptor)
    {
        if (descriptor is null)
        {
            return;
        }
        // MediaTypeJsonConverter reads "" as absent, which only the document's own may be.
        if (descriptor.MediaType.IsEmpty)
        {
            throw new InvalidDocumentException(document, $"{path}.mediaType", "it is empty, where a media type is due.");
        }
        CheckNoNulls(document, $"{path}.annotations", descriptor.Annotations);
        CheckNoNulls(document, $"{path}.urls", descriptor.Urls);
        CheckNoNulls(document, $"{path}.platform['os.features']", descriptor.Platform?.OsFeatures);
    }

    public static void CheckDescriptors(string document, string listPath, IReadOnlyList<Descriptor> items)
    {
        CheckNoNulls(document, listPath, items);
        for (int i = 0; i < items.Count; i++)
        {
            CheckDescriptor(document, JsonPaths.Item(listPath, i), items[i]);
        }
    }
}
