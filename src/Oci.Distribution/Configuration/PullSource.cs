namespace Oci.Distribution.Configuration;

/// <summary>A place that a reference is read from: a mirror, or the registry itself.</summary>
/// <param name="Reference">The reference there.</param>
/// <param name="IsInsecure">True where http, and certificates that nobody vouches for, are taken.</param>
/// <param name="IsMirror">True for a mirror.</param>
public sealed record PullSource(Reference Reference, bool IsInsecure, bool IsMirror);
