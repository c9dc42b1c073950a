namespace Oci.Distribution.AspNetCore.GarbageCollection;

/// <summary>What a garbage collection of a registry removed, or would remove.</summary>
public sealed record RegistryCollection
{
    /// <summary>True where nothing was changed.</summary>
    public required bool IsDryRun { get; init; }

    /// <summary>How many repositories were looked at.</summary>
    public int RepositoryCount { get; init; }

    /// <summary>How many manifests were removed from their repositories: see <see cref="RegistryCollectOptions.RemoveUntagged"/>.</summary>
    public int ManifestCount { get; init; }

    /// <summary>How many times a blob was taken from a repository whose manifests do not need it: see <see cref="RegistryCollectOptions.RemoveUnusedBlobs"/>.</summary>
    public int UnlinkedBlobCount { get; init; }

    /// <summary>How many blobs and manifests no repository had any more, so that their content was removed.</summary>
    public int ContentCount { get; init; }

    /// <summary>The bytes of that content.</summary>
    public long ContentBytes { get; init; }

    /// <summary>How many expired upload sessions were removed: see <see cref="OciRegistryOptions.UploadExpiration"/>.</summary>
    public int UploadSessionCount { get; init; }
}
