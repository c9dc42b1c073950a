using System.Text.Json.Serialization;

namespace Oci.Distribution.AspNetCore.Tokens;

/// <summary>What a token permits on one resource (Docker's "Token Authentication Implementation", the <c>access</c> claim).</summary>
internal sealed record TokenAccess(
    [property: JsonPropertyName("type")] string Type,
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("actions")] IReadOnlyList<string> Actions)
{
    public const string RepositoryType = "repository";
    public const string RegistryType = "registry";
    public const string Catalog = "catalog";
    public const string Any = "*";
    public const string Pull = "pull";
    public const string Push = "push";
    public const string Delete = "delete";

    /// <summary>Reads a scope, <c>TYPE:NAME:ACTION,...</c>; the name may hold colons of its own, as those of hosts with ports do.</summary>
    public static bool TryParse(ReadOnlySpan<char> scope, out TokenAccess access)
    {
        access = null!;
        int first = scope.IndexOf(':');
        int last = scope.LastIndexOf(':');
        if (first <= 0 || last <= first + 1)
        {
            return false;
        }
        access = new TokenAccess(scope[..first].ToString(), scope[(first + 1)..last].ToString(), scope[(last + 1)..].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries));
        return true;
    }

    /// <summary>The scope that asks for this.</summary>
    public override string ToString() => $"{Type}:{Name}:{string.Join(',', Actions)}";
}
