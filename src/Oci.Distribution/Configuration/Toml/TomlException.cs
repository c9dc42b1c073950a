namespace Oci.Distribution.Configuration;

/// <summary>A text is not the TOML that is read here.</summary>
internal sealed class TomlException(string problem, int line, int column)
    : FormatException($"line {line}, column {column}: {problem}")
{
    public string Problem { get; } = problem;

    /// <summary>From 1.</summary>
    public int Line { get; } = line;

    /// <summary>In characters, from 1.</summary>
    public int Column { get; } = column;
}
