namespace Oci.Runtime.Linux.Bundles;

/// <summary>What an image's <c>User</c> comes to: numbers, and the home directory where the user is known.</summary>
internal readonly record struct ImageUser(uint Uid, uint Gid, IReadOnlyList<uint> AdditionalGids, string? Home);
