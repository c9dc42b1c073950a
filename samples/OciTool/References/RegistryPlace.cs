using Oci.Distribution;

namespace OciTool.References;

/// <summary>A registry, or the repositories of one below a name: <c>docker://HOST[/PATH]</c>.</summary>
/// <param name="Host">The registry.</param>
/// <param name="Path">The name; empty for the registry as a whole.</param>
internal sealed record RegistryPlace(string Host, string Path)
{
    public const string Prefix = "docker://";

    /// <summary>Reads a place of a registry.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static RegistryPlace Parse(string text)
    {
        string name = text.StartsWith(Prefix, StringComparison.Ordinal) ? text[Prefix.Length..].TrimEnd('/') : "";
        int slash = name.IndexOf('/');
        var place = new RegistryPlace(slash < 0 ? name : name[..slash], slash < 0 ? "" : name[(slash + 1)..]);
        // Short names are not for whole registries: docker://debian would be a host.
        return place.Host.AsSpan().ContainsAny('.', ':') || place.Host == "localhost"
            ? place.IsValid ? place : throw new FormatException($"'{text}' is no place of a registry: write docker://HOST[:PORT][/PATH] with a lower-case path and no tag")
            : throw new FormatException($"'{text}' names no registry: write docker://HOST[:PORT][/PATH], such as docker://localhost:5000/mirror");
    }

    /// <summary>Reads a registry as a whole, with or without its transport.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static RegistryPlace ParseHost(string text)
    {
        RegistryPlace place = Parse(text.StartsWith(Prefix, StringComparison.Ordinal) ? text : Prefix + text);
        return place.Path.Length == 0 ? place : throw new FormatException($"'{text}' is more than a registry: write HOST[:PORT]");
    }

    /// <summary>The client of the registry.</summary>
    public RegistryClient Open(Registries registries) => registries.Open(Reference.Parse(AnyName)).Client;

    private string AnyName => $"{Host}/{(Path.Length == 0 ? "any" : Path)}";

    private bool IsValid => Reference.TryParse(AnyName, out Reference reference) && reference.Tag is null && reference.Digest == default;
}
