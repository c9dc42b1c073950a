namespace Oci.Distribution.Configuration;

/// <summary>Reads one <c>[[registry]]</c>, by the rules that containers-registries.conf(5) sets.</summary>
internal static class RegistryRuleReader
{
    public static RegistryRule Read(TomlValue entry)
    {
        TomlTable table = entry.AsTable();
        string location = ReadLocation(table, "location");
        string prefix = ReadLocation(table, "prefix");
        bool isWildcard = prefix.StartsWith("*.", StringComparison.Ordinal);
        if (isWildcard && prefix.AsSpan().IndexOfAny('/', ':', '@') >= 0)
        {
            throw entry.Fail($"'{prefix}' must be *.DOMAIN, without port and path");
        }
        if (location.Length == 0 && !isWildcard)
        {
            throw entry.Fail(prefix.Length == 0 ? "a [[registry]] has neither location nor prefix" : $"the [[registry]] with the prefix '{prefix}' has no location; only a prefix *.DOMAIN needs none");
        }
        if (table.Find("pull-from-mirror") is TomlValue misplaced)
        {
            throw misplaced.Fail("pull-from-mirror belongs into [[registry.mirror]]");
        }
        bool digestOnly = table.Find("mirror-by-digest-only")?.AsBoolean() ?? false;
        return new RegistryRule
        {
            Prefix = prefix.Length == 0 ? location : prefix,
            Location = location,
            IsInsecure = table.Find("insecure")?.AsBoolean() ?? false,
            IsBlocked = table.Find("blocked")?.AsBoolean() ?? false,
            Mirrors = [.. (table.Find("mirror")?.AsArray() ?? []).Select(mirror => ReadMirror(mirror, digestOnly))],
        };
    }

    private static RegistryMirror ReadMirror(TomlValue entry, bool digestOnly)
    {
        TomlTable table = entry.AsTable();
        string location = ReadLocation(table, "location");
        if (location.Length == 0)
        {
            throw entry.Fail("a [[registry.mirror]] has no location");
        }
        TomlValue? use = table.Find("pull-from-mirror");
        if (digestOnly && use?.AsString().Length > 0)
        {
            throw use.Fail("pull-from-mirror cannot stand beside mirror-by-digest-only of the [[registry]]");
        }
        return new RegistryMirror
        {
            Location = location,
            IsInsecure = table.Find("insecure")?.AsBoolean() ?? false,
            Use = digestOnly ? MirrorUse.DigestOnly : ReadUse(use),
        };
    }

    private static MirrorUse ReadUse(TomlValue? value) => value?.AsString() switch
    {
        null or "" or "all" => MirrorUse.All,
        "digest-only" => MirrorUse.DigestOnly,
        "tag-only" => MirrorUse.TagOnly,
        string other => throw value.Fail($"'{other}' is no pull-from-mirror: it must be all, digest-only or tag-only"),
    };

    private static string ReadLocation(TomlTable table, string name)
    {
        if (table.Find(name) is not TomlValue value)
        {
            return "";
        }
        string location = value.AsString();
        return location.StartsWith("http://", StringComparison.Ordinal) || location.StartsWith("https://", StringComparison.Ordinal)
            ? throw value.Fail($"'{location}' must stand without http:// or https://; 'insecure = true' allows http")
            : location.TrimEnd('/');
    }
}
