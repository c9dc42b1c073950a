using System.Text.Json;

namespace Oci.Image.Validation;

/// <summary>A value of a JSON document, with its path and where findings go.</summary>
internal readonly struct DocumentNode(JsonElement value, string path, FindingList findings, Descriptor? content)
{
    public JsonElement Value => value;

    public string Path => path;

    public void Report(ValidationRule rule, string message) => findings.Add(rule, path, message, content);

    public void ReportAt(string member, ValidationRule rule, string message) => findings.Add(rule, JsonPaths.Member(path, member), message, content);

    /// <summary>The value at a member; false where it is absent or null, which mean the same.</summary>
    public bool TryGet(string name, out DocumentNode member)
    {
        member = default;
        if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(name, out JsonElement element) || element.ValueKind == JsonValueKind.Null)
        {
            return false;
        }
        member = new DocumentNode(element, JsonPaths.Member(path, name), findings, content);
        return true;
    }

    /// <summary>The value at a member that must be there.</summary>
    public bool TryRequire(string name, ValidationRule rule, out DocumentNode member)
    {
        if (TryGet(name, out member))
        {
            return true;
        }
        ReportAt(name, rule, "It is required, and is not there.");
        return false;
    }

    /// <summary>Whether the value is of a kind; a finding where it is not.</summary>
    public bool Is(JsonValueKind kind)
    {
        if (value.ValueKind == kind)
        {
            return true;
        }
        Report(JsonRules.Type, $"It is {Name(value.ValueKind)}, where {Name(kind)} is due.");
        return false;
    }

    /// <summary>The text at a member, where there is one; a finding where it is something else.</summary>
    public string? GetText(string name) => TryGet(name, out DocumentNode member) && member.Is(JsonValueKind.String) ? member.Value.GetString() : null;

    /// <summary>The members of an object, those with the value null too.</summary>
    public IEnumerable<(string Name, DocumentNode Node)> Members()
    {
        foreach (JsonProperty property in value.EnumerateObject())
        {
            yield return (property.Name, new DocumentNode(property.Value, JsonPaths.Member(path, property.Name), findings, content));
        }
    }

    /// <summary>The items of an array.</summary>
    public IEnumerable<DocumentNode> Items()
    {
        int i = 0;
        foreach (JsonElement item in value.EnumerateArray())
        {
            yield return new DocumentNode(item, JsonPaths.Item(path, i++), findings, content);
        }
    }

    /// <summary>Findings for members that differ from a known one in case alone.</summary>
    public void CheckCase(params ReadOnlySpan<string> known)
    {
        foreach ((string name, DocumentNode node) in Members())
        {
            foreach (string right in known)
            {
                if (name != right && name.Equals(right, StringComparison.OrdinalIgnoreCase))
                {
                    node.Report(JsonRules.MemberCase, $"Tools that do not look at case, such as all that are written in Go, take it for '{right}'; others pass over it.");
                }
            }
        }
    }

    private static string Name(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "a boolean",
    };
}
