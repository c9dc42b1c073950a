namespace Oci.Distribution.Authentication;

/// <summary>One challenge of a <c>WWW-Authenticate</c> header: a scheme and its parameters (RFC 9110, section 11.6.1).</summary>
/// <param name="Scheme">The scheme, such as <c>Bearer</c>; compared without regard to case.</param>
/// <param name="Parameters">The parameters by name, without regard to case.</param>
internal sealed record Challenge(string Scheme, IReadOnlyDictionary<string, string> Parameters)
{
    public bool Is(string scheme) => string.Equals(Scheme, scheme, StringComparison.OrdinalIgnoreCase);

    public string? this[string name] => Parameters.GetValueOrDefault(name);
}
