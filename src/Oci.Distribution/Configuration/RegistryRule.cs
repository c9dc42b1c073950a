namespace Oci.Distribution.Configuration;

/// <summary>What holds for the references with a prefix (<c>[[registry]]</c>).</summary>
public sealed record RegistryRule
{
    /// <summary>What references begin with: <c>HOST[:PORT][/NAME]</c>, or <c>*.DOMAIN</c> for all hosts below a domain.</summary>
    public required string Prefix { get; init; }

    /// <summary>What is read in the place of the prefix; empty, with a <c>*.DOMAIN</c> only, for what the reference says.</summary>
    public string Location { get; init; } = "";

    /// <summary>True where http, and certificates that nobody vouches for, are taken.</summary>
    public bool IsInsecure { get; init; }

    /// <summary>True where nothing may be read or written.</summary>
    public bool IsBlocked { get; init; }

    /// <summary>The mirrors, in the order in which they are asked before the registry itself.</summary>
    public IReadOnlyList<RegistryMirror> Mirrors { get; init; } = [];

    /// <summary>How many characters of a reference this rule stands for; -1 where it is not for it.</summary>
    internal int Match(string reference)
    {
        int end;
        if (Prefix.StartsWith("*.", StringComparison.Ordinal))
        {
            int start = reference.IndexOf(Prefix[1..], StringComparison.Ordinal);
            if (start < 0 || reference.AsSpan(0, start).Contains('/'))
            {
                return -1;
            }
            end = start + Prefix.Length - 1;
        }
        else if (reference.StartsWith(Prefix, StringComparison.Ordinal))
        {
            end = Prefix.Length;
        }
        else
        {
            return -1;
        }
        return end == reference.Length || reference[end] is ':' or '/' or '@' ? end : -1;
    }
}
