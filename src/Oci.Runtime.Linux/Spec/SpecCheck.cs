namespace Oci.Runtime.Linux.Spec;

/// <summary>A configuration under check, and what has been found so far.</summary>
internal sealed class SpecCheck(RuntimeSpec spec)
{
    private readonly List<SpecFinding> _findings = [];

    public RuntimeSpec Spec { get; } = spec;

    public IReadOnlyList<SpecFinding> Findings => _findings;

    public void Error(string pointer, string message, string? hint = null) =>
        _findings.Add(new SpecFinding(pointer, message, hint));

    public void Warn(string pointer, string message, string? hint = null) =>
        _findings.Add(new SpecFinding(pointer, message, hint) { Severity = SpecSeverity.Warning });

    /// <summary>The first namespace of a type, null where the container has the runtime's own.</summary>
    public LinuxNamespace? Namespace(string type) =>
        Spec.Linux?.Namespaces?.FirstOrDefault(ns => ns?.Type == type);

    /// <summary>Whether a namespace of a type is made, not joined.</summary>
    public bool MakesNamespace(string type) => Namespace(type) is { Path: null or "" };

    /// <summary>Runs a rule on each item of a list; JSON lets an item be null, which no list of the spec has.</summary>
    public void Each<T>(IReadOnlyList<T>? items, string pointer, Action<T, string> rule)
    {
        for (int i = 0; i < (items?.Count ?? 0); i++)
        {
            string item = JsonPointer.Item(pointer, i);
            if (items![i] is null)
            {
                Error(item, "It is null, where a value is due.");
            }
            else
            {
                rule(items[i], item);
            }
        }
    }

    /// <summary>Runs a rule on each value of a map.</summary>
    public void Each<T>(IReadOnlyDictionary<string, T>? items, string pointer, Action<string, T, string> rule)
    {
        foreach ((string name, T value) in items ?? new Dictionary<string, T>())
        {
            string item = JsonPointer.Member(pointer, name);
            if (value is null)
            {
                Error(item, "It is null, where a value is due.");
            }
            else
            {
                rule(name, value, item);
            }
        }
    }

    /// <summary>Texts that go to the kernel, which ends them at the first NUL.</summary>
    public void Texts(IReadOnlyList<string>? items, string pointer) => Each(items, pointer, Text);

    public void Text(string? value, string pointer)
    {
        if (value?.Contains('\0') == true)
        {
            Error(pointer, "It has a NUL, which no text for the kernel can have.");
        }
    }

    public void AbsolutePath(string? value, string pointer)
    {
        if (value is null || !value.StartsWith('/'))
        {
            Error(pointer, $"{Quote(value)} is not an absolute path.");
        }
        Text(value, pointer);
    }

    public void OneOf(string? value, IReadOnlyList<string> known, string pointer)
    {
        if (value is not null && !known.Contains(value))
        {
            Error(pointer, $"{Quote(value)} is not known.", $"Use one of {string.Join(", ", known)}.");
        }
    }

    public void Range(long? value, long least, long most, string pointer)
    {
        if (value < least || value > most)
        {
            Error(pointer, $"{value} is out of range, which is {least} to {most}.");
        }
    }

    /// <summary>A text for a message: quoted, and short.</summary>
    public static string Quote(string? value) => value switch
    {
        null or "" => "An empty text",
        { Length: > 80 } => $"'{value.AsSpan(0, 80)}...'",
        _ => $"'{value}'",
    };
}
