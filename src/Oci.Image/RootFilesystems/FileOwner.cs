namespace Oci.Image.RootFilesystems;

/// <summary>The user and group that a file belongs to.</summary>
/// <param name="Uid">The user's id.</param>
/// <param name="Gid">The group's id.</param>
public readonly record struct FileOwner(uint Uid, uint Gid);
