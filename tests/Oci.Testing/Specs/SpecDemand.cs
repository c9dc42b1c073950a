namespace Oci.Testing.Specs;

/// <summary>A sentence of a spec that something must or should hold.</summary>
/// <param name="Party">Whom it binds.</param>
/// <param name="Text">What has to hold, in words of our own.</param>
public sealed record SpecDemand(SpecParty Party, string Text);
