using System.Text.Json;

namespace Oci.Image.Validation;

/// <summary>What any document must be as JSON.</summary>
internal static class JsonRules
{
    private const string Section = "considerations.md#json";

    public static readonly ValidationRule Size = new("json-size", ValidationSeverity.Error, Section, $"A document has at most {OciJson.MaxDocumentSize} bytes.");

    public static readonly ValidationRule Syntax = new("json-syntax", ValidationSeverity.Error, Section, $"A document is JSON in UTF-8 (RFC 8259) that nests at most {JsonWalk.MaxDepth} deep.");

    public static readonly ValidationRule DuplicateMember = new("json-duplicate-member", ValidationSeverity.Error, Section, "No member stands twice in one object: which of the two is seen depends on the tool.");

    public static readonly ValidationRule MemberCase = new("json-member-case", ValidationSeverity.Warning, Section, "No member differs from one of the spec in case alone.");

    public static readonly ValidationRule Type = new("json-type", ValidationSeverity.Error, Section, "A member has the JSON type that the spec says.");

    public static readonly ValidationRule Unreadable = new("document-unreadable", ValidationSeverity.Error, Section, "A document can be read by this library.");

    public static IReadOnlyList<ValidationRule> All { get; } = [Size, Syntax, DuplicateMember, MemberCase, Type, Unreadable];

    /// <summary>The document, where it is an object without anything that readers would see differently; findings otherwise.</summary>
    /// <returns>To be disposed; null where there is nothing to go on with.</returns>
    public static JsonDocument? Read(ReadOnlyMemory<byte> utf8, FindingList findings, Descriptor? content)
    {
        if (utf8.Length > OciJson.MaxDocumentSize)
        {
            findings.Add(Size, "$", $"It has {utf8.Length} bytes; {OciJson.MaxDocumentSize} is the most that is read.", content);
            return null;
        }
        try
        {
            foreach (string path in JsonWalk.FindDuplicates(utf8.Span, limit: 100))
            {
                findings.Add(DuplicateMember, path, "It stands twice in its object: which of the two is seen depends on the tool.", content);
            }
            return JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = JsonWalk.MaxDepth });
        }
        catch (JsonException e)
        {
            findings.Add(Syntax, e.Path ?? "$", OciJson.Describe(e), content, e);
            return null;
        }
    }
}
