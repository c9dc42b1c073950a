namespace Oci.Testing.Specs;

/// <summary>Whom a demand of a spec binds.</summary>
public enum SpecParty
{
    Registry,
    Client,
    Both,

    /// <summary>Neither of ours: the demand's text says why.</summary>
    Other,
}
