namespace Oci.Distribution;

/// <summary>A warning that a registry sent with an answer (distribution-spec, spec.md, "Warnings").</summary>
/// <param name="Text">The registry's words, for a person to read.</param>
/// <param name="RequestUri">The address that was asked, without user and query.</param>
public sealed record RegistryWarning(string Text, Uri RequestUri);
