namespace Oci.Image.Changes;

/// <summary>A snapshot of a directory, and what it could not hold.</summary>
/// <param name="Snapshot">The state.</param>
/// <param name="Sockets">How many sockets were left out.</param>
/// <param name="FirstSocket">The path of the first of them, for display.</param>
internal sealed record CapturedTree(TreeSnapshot Snapshot, long Sockets, string? FirstSocket);
