using Oci.Distribution.Copying;

namespace Oci.Distribution.Syncing;

/// <summary>How far one image of a sync is.</summary>
/// <param name="Repository">The name of the repository, as the source has it.</param>
/// <param name="Reference">The tag or digest.</param>
/// <param name="Copy">How far it is.</param>
public readonly record struct SyncProgress(string Repository, string Reference, CopyProgress Copy);
