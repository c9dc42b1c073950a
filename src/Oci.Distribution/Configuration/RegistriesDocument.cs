namespace Oci.Distribution.Configuration;

/// <summary>One file of a configuration, or several that were put over one another.</summary>
internal sealed class RegistriesDocument
{
    /// <summary>By prefix.</summary>
    public SortedDictionary<string, RegistryRule> Registries { get; } = new(StringComparer.Ordinal);

    /// <summary><see langword="null"/> where the file says nothing of them.</summary>
    public IReadOnlyList<string>? SearchRegistries { get; private set; }

    /// <summary>By short name; a value of null takes an alias of an earlier file away.</summary>
    public Dictionary<string, Reference?> Aliases { get; } = new(StringComparer.Ordinal);

    public ShortNameMode? ShortNameMode { get; private set; }

    /// <summary>Reads one file.</summary>
    /// <exception cref="RegistriesConfigurationException">It is not what it must be.</exception>
    public static RegistriesDocument Parse(string text, string? path)
    {
        try
        {
            var document = new RegistriesDocument();
            document.Read(TomlReader.Parse(text));
            return document;
        }
        catch (TomlException e)
        {
            throw new RegistriesConfigurationException($"{e.Problem}.", path, e.Line, e.Column, e);
        }
    }

    /// <summary>Puts a later file over this one: rules and aliases one by one, all else whole.</summary>
    public void Update(RegistriesDocument over)
    {
        foreach ((string prefix, RegistryRule rule) in over.Registries)
        {
            Registries[prefix] = rule;
        }
        foreach ((string name, Reference? target) in over.Aliases)
        {
            Aliases[name] = target;
        }
        SearchRegistries = over.SearchRegistries ?? SearchRegistries;
        ShortNameMode = over.ShortNameMode ?? ShortNameMode;
    }

    // Names that are not known are passed over, as peers do: the format grows.
    private void Read(TomlTable root)
    {
        if (root.Find("registries") is TomlValue old)
        {
            throw old.Fail("this is version 1 of the format ([registries.search] and the like), which has no mirrors and is not read; write it as unqualified-search-registries and [[registry]], see containers-registries.conf(5)");
        }
        SearchRegistries = root.Find("unqualified-search-registries") is TomlValue search ? [.. search.AsArray().Select(ReadHost)] : null;
        ShortNameMode = root.Find("short-name-mode") is TomlValue mode ? ReadMode(mode) : null;
        foreach ((string name, TomlValue value) in root.Find("aliases")?.AsTable().Values ?? new Dictionary<string, TomlValue>())
        {
            Aliases.Add(name, ReadAlias(name, value));
        }
        var byLocation = new Dictionary<string, RegistryRule>(StringComparer.Ordinal);
        foreach (TomlValue entry in root.Find("registry")?.AsArray() ?? [])
        {
            RegistryRule rule = RegistryRuleReader.Read(entry);
            string location = rule.Location.Length == 0 ? rule.Prefix : rule.Location;
            if (byLocation.TryGetValue(location, out RegistryRule? other) && (other.IsInsecure, other.IsBlocked) != (rule.IsInsecure, rule.IsBlocked))
            {
                throw entry.Fail($"'{location}' stands more than once, with another 'insecure' or 'blocked'");
            }
            byLocation[location] = rule;
            // Of equal prefixes the first holds.
            Registries.TryAdd(rule.Prefix, rule);
        }
    }

    private static string ReadHost(TomlValue value)
    {
        string host = value.AsString().TrimEnd('/');
        return ReferenceGrammar.IsHost(host) ? host : throw value.Fail($"'{host}' is no HOST[:PORT]");
    }

    // Empty is as if it were not there.
    private static ShortNameMode? ReadMode(TomlValue value) => value.AsString() switch
    {
        "" => null,
        "enforcing" => Configuration.ShortNameMode.Enforcing,
        "permissive" => Configuration.ShortNameMode.Permissive,
        "disabled" => Configuration.ShortNameMode.Disabled,
        string other => throw value.Fail($"'{other}' is no short-name-mode: it must be enforcing, permissive or disabled"),
    };

    private static Reference? ReadAlias(string name, TomlValue value)
    {
        if (!IsShortName(name))
        {
            throw value.Fail($"'{name}' is no alias: it must be a name without registry, tag and digest");
        }
        string target = value.AsString();
        if (target.Length == 0)
        {
            return null;
        }
        return Reference.TryParse(target, out Reference reference) && reference.Tag is null && reference.Digest == default
            ? reference
            : throw value.Fail($"'{target}' is nothing that an alias can stand for: it must be a registry and a name, without tag and digest");
    }

    private static bool IsShortName(string name)
    {
        try
        {
            return ShortName.TryParse(name, out ShortName parsed) && parsed.Suffix.Length == 0;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
