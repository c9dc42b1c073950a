using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Oci.Runtime.Linux.Spec;

/// <summary>
/// Finds all that is wrong with a document's shape: the JSON reader stops at the first error, a caller wants them all.
/// Walks the document beside the type contract that the reader used; only run once the reader has failed.
/// </summary>
internal static class SpecStructure
{
    private const int MaxFindings = 100;

    /// <summary>The findings, at least one: what the reader said where the walk finds nothing.</summary>
    public static IReadOnlyList<SpecFinding> Inspect(ReadOnlyMemory<byte> utf8, JsonTypeInfo type, JsonException error)
    {
        var findings = new List<SpecFinding>();
        try
        {
            using JsonDocument document = JsonDocument.Parse(utf8);
            Visit(document.RootElement, type, "", findings);
        }
        catch (JsonException notJson)
        {
            findings.Add(new SpecFinding("", $"It is not JSON{Where(notJson)}: {Shorten(notJson.Message)}"));
        }
        return findings.Count > 0 ? findings : [new SpecFinding("", $"{Shorten(error.Message)}{Where(error)}")];
    }

    private static void Visit(JsonElement element, JsonTypeInfo type, string pointer, List<SpecFinding> findings)
    {
        if (findings.Count >= MaxFindings)
        {
            return;
        }
        switch (type.Kind)
        {
            case JsonTypeInfoKind.Object when Expect(element, JsonValueKind.Object, "an object", pointer, findings):
                VisitObject(element, type, pointer, findings);
                break;
            case JsonTypeInfoKind.Dictionary when Expect(element, JsonValueKind.Object, "an object", pointer, findings):
                FindDuplicates(element, pointer, findings);
                foreach (JsonProperty member in element.EnumerateObject())
                {
                    VisitValue(member.Value, type.ElementType!, type, JsonPointer.Member(pointer, member.Name), findings);
                }
                break;
            case JsonTypeInfoKind.Enumerable when Expect(element, JsonValueKind.Array, "an array", pointer, findings):
                int index = 0;
                foreach (JsonElement item in element.EnumerateArray())
                {
                    VisitValue(item, type.ElementType!, type, JsonPointer.Item(pointer, index++), findings);
                }
                break;
            case JsonTypeInfoKind.None:
                VisitScalar(element, type, pointer, findings);
                break;
        }
    }

    private static void VisitObject(JsonElement element, JsonTypeInfo type, string pointer, List<SpecFinding> findings)
    {
        FindDuplicates(element, pointer, findings);
        foreach (JsonPropertyInfo property in type.Properties)
        {
            if (property.IsExtensionData)
            {
                continue;
            }
            string member = JsonPointer.Member(pointer, property.Name);
            if (element.TryGetProperty(property.Name, out JsonElement value))
            {
                if (value.ValueKind != JsonValueKind.Null || property.IsRequired)
                {
                    VisitValue(value, property.PropertyType, type, member, findings);
                }
            }
            else if (property.IsRequired)
            {
                findings.Add(new SpecFinding(member, "It is missing; the spec requires it."));
            }
        }
    }

    private static void VisitValue(JsonElement value, Type valueType, JsonTypeInfo parent, string pointer, List<SpecFinding> findings)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            findings.Add(new SpecFinding(pointer, "It is null, where a value is due."));
            return;
        }
        Visit(value, parent.Options.GetTypeInfo(Nullable.GetUnderlyingType(valueType) ?? valueType), pointer, findings);
    }

    private static void VisitScalar(JsonElement element, JsonTypeInfo type, string pointer, List<SpecFinding> findings)
    {
        try
        {
            _ = element.Deserialize(type);
        }
        catch (JsonException)
        {
            findings.Add(new SpecFinding(pointer, $"It is {Describe(element)}, where {Name(type.Type)} is due."));
        }
    }

    private static bool Expect(JsonElement element, JsonValueKind kind, string name, string pointer, List<SpecFinding> findings)
    {
        if (element.ValueKind == kind)
        {
            return true;
        }
        findings.Add(new SpecFinding(pointer, $"It is {Describe(element)}, where {name} is due."));
        return false;
    }

    private static void FindDuplicates(JsonElement element, string pointer, List<SpecFinding> findings)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (JsonProperty member in element.EnumerateObject())
        {
            if (!names.Add(member.Name))
            {
                findings.Add(new SpecFinding(JsonPointer.Member(pointer, member.Name), "It is there twice.", "Keep one; readers differ in which they take."));
            }
        }
    }

    private static string Describe(JsonElement element)
    {
        string text = element.ValueKind switch
        {
            JsonValueKind.Object => "an object",
            JsonValueKind.Array => "an array",
            JsonValueKind.Null => "null",
            _ => element.GetRawText(),
        };
        return text.Length <= 60 ? text : string.Concat(text.AsSpan(0, 60), "...");
    }

    private static string Name(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.String => "a string",
        TypeCode.Boolean => "true or false",
        TypeCode.UInt16 => "a whole number from 0 to 65535",
        TypeCode.UInt32 => "a whole number from 0 to 4294967295",
        TypeCode.UInt64 => "a whole number of 64 bits, not below 0,",
        TypeCode.Int32 when !type.IsEnum => "a whole number of 32 bits",
        TypeCode.Int64 => "a whole number of 64 bits",
        _ => type.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(type)).ToLowerInvariant()}" : type.Name,
    };

    private static string Where(JsonException e) =>
        e.LineNumber is long line ? $" (line {line + 1}, byte {e.BytePositionInLine})" : "";

    // The reader appends "Path: ... | LineNumber: ..." to its messages; both are said apart here.
    private static string Shorten(string message)
    {
        int end = message.IndexOf(" LineNumber: ", StringComparison.Ordinal);
        int path = message.IndexOf(" Path: ", StringComparison.Ordinal);
        int cut = (end, path) switch { (< 0, < 0) => message.Length, (< 0, _) => path, (_, < 0) => end, _ => Math.Min(end, path) };
        return message[..cut];
    }
}
