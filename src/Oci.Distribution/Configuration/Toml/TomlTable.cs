namespace Oci.Distribution.Configuration;

/// <summary>Names and values.</summary>
internal sealed class TomlTable
{
    private readonly Dictionary<string, TomlValue> _values = new(StringComparer.Ordinal);

    /// <summary>True after <c>[name]</c>, which may stand once, and for tables that stand in one piece.</summary>
    public bool IsDefined { get; set; }

    /// <summary>True where dotted keys made it: no header may then name it (TOML 1.0, "Table").</summary>
    public bool IsDotted { get; set; }

    /// <summary>True for <c>{ ... }</c>, to which nothing can be added.</summary>
    public bool IsClosed { get; set; }

    public IReadOnlyDictionary<string, TomlValue> Values => _values;

    public TomlValue? Find(string name) => _values.GetValueOrDefault(name);

    public bool TryAdd(string name, TomlValue value) => _values.TryAdd(name, value);
}
