namespace Oci.Distribution.Configuration;

/// <summary>A value, and where it stands.</summary>
/// <param name="Content">A <see cref="string"/>, <see cref="long"/>, <see cref="bool"/>, <see cref="TomlTable"/>, or a list of values.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">In characters, from 1.</param>
internal sealed record TomlValue(object Content, int Line, int Column)
{
    /// <summary>True where <c>[[name]]</c> adds to it; an array that stands in one piece is closed.</summary>
    public bool IsArrayOfTables { get; init; }

    public string AsString() => Content as string ?? throw Expected("a string");

    public bool AsBoolean() => Content is bool value ? value : throw Expected("true or false");

    public TomlTable AsTable() => Content as TomlTable ?? throw Expected("a table");

    public IReadOnlyList<TomlValue> AsArray() => Content as List<TomlValue> ?? throw Expected("an array");

    public TomlException Fail(string problem) => new(problem, Line, Column);

    private TomlException Expected(string what) => Fail($"{what} is due here");
}
