using Oci.Image;

namespace Oci.Distribution.Copying;

/// <summary>What a copy came to.</summary>
public sealed record CopyResult
{
    /// <summary>The manifest or index that was copied, and tagged where a tag was given.</summary>
    public required Descriptor Root { get; init; }

    /// <summary>How many manifests and blobs were copied.</summary>
    public required int Copied { get; init; }

    /// <summary>How many the destination had.</summary>
    public required int Skipped { get; init; }

    /// <summary>How many were mounted from another repository of the same registry.</summary>
    public required int Mounted { get; init; }

    /// <summary>The bytes of what was copied.</summary>
    public required long CopiedBytes { get; init; }
}
