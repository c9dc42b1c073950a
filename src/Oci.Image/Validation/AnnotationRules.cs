using System.Text.Json;

namespace Oci.Image.Validation;

/// <summary>Maps of annotations, and labels, which follow the same rules (annotations.md, "Rules").</summary>
internal static class AnnotationRules
{
    private const string Section = "annotations.md#rules";
    private const string Reserved = "org.opencontainers";

    public static readonly ValidationRule Map = new("annotation-map", ValidationSeverity.Error, Section, "Annotations and labels are a map from text to text; without any, the member is absent or an empty map.");

    public static readonly ValidationRule ReservedKey = new("annotation-reserved-key", ValidationSeverity.Warning, Section, "A key below org.opencontainers is one that the specs define.");

    public static readonly ValidationRule KeyNaming = new("annotation-key-naming", ValidationSeverity.Info, Section, "A key is a domain in reverse order, such as com.example.myKey.");

    public static readonly ValidationRule Created = new("annotation-created", ValidationSeverity.Warning, "annotations.md#pre-defined-annotation-keys", $"{AnnotationKeys.Created} is a time as RFC 3339 writes it.");

    public static readonly ValidationRule BaseDigest = new("annotation-base-digest", ValidationSeverity.Warning, "annotations.md#pre-defined-annotation-keys", $"{AnnotationKeys.BaseDigest} is a digest.");

    public static IReadOnlyList<ValidationRule> All { get; } = [Map, ReservedKey, KeyNaming, Created, BaseDigest];

    /// <summary>Checks the map at a member. Labels may be null, as every optional member of a config, and need no domain in front.</summary>
    public static void Check(DocumentNode parent, string name, bool isLabels = false)
    {
        if (!parent.Value.TryGetProperty(name, out JsonElement raw) || (isLabels && raw.ValueKind == JsonValueKind.Null))
        {
            return;
        }
        if (raw.ValueKind != JsonValueKind.Object)
        {
            parent.ReportAt(name, Map, "It is not a map: without annotations the member is to be left out, or an empty map.");
            return;
        }
        parent.TryGet(name, out DocumentNode map);
        foreach ((string key, DocumentNode node) in map.Members())
        {
            if (node.Value.ValueKind != JsonValueKind.String)
            {
                node.Report(Map, "Its value is no text. It may be empty text.");
                continue;
            }
            CheckKey(node, key, isLabels);
            CheckValue(node, key, node.Value.GetString()!);
        }
    }

    private static void CheckKey(DocumentNode node, string key, bool isLabels)
    {
        if (key == Reserved || key.StartsWith(Reserved + ".", StringComparison.Ordinal))
        {
            if (!AnnotationKeys.Predefined.Contains(key))
            {
                node.Report(ReservedKey, $"'{Shorten(key)}' is none of the keys that image-spec defines, and the prefix {Reserved} is reserved for those. Use a domain of your own.");
            }
        }
        else if (!isLabels && !key.Contains('.', StringComparison.Ordinal))
        {
            node.Report(KeyNaming, $"'{Shorten(key)}' has no domain in front, such as com.example.");
        }
    }

    private static void CheckValue(DocumentNode node, string key, string value)
    {
        if (key == AnnotationKeys.Created && !Rfc3339Time.TryParse(value, out _))
        {
            node.Report(Created, $"'{Shorten(value)}' is no time as RFC 3339 writes it, such as 2024-05-01T10:00:00Z.");
        }
        else if (key == AnnotationKeys.BaseDigest && !DigestGrammar.IsMatch(value))
        {
            node.Report(BaseDigest, $"'{Shorten(value)}' is no digest.");
        }
    }

    private static string Shorten(string text) => text.Length <= 100 ? text : text[..100] + "...";
}
