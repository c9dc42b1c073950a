using Oci.Image;

namespace Oci.Distribution.Copying;

/// <summary>What a copy came to.</summary>
public sealed record CopyResult
{
    /// <summary>The manifest or index that the destination now has, and that is tagged where a tag was given.</summary>
    public required Descriptor Root { get; init; }

    /// <summary>What the source has in its place: another than <see cref="Root"/> where <see cref="CopyOptions.ReduceIndex"/> made a new index.</summary>
    public required Descriptor SourceRoot { get; init; }

    /// <summary>What was done with configs, layers and other blobs.</summary>
    public required CopyTotals Blobs { get; init; }

    /// <summary>What was done with manifests and indexes, those of referrers too.</summary>
    public required CopyTotals Manifests { get; init; }

    /// <summary>How many manifests and blobs were copied.</summary>
    public int Copied => Blobs.Copied + Manifests.Copied;

    /// <summary>How many the destination had.</summary>
    public int Skipped => Blobs.Skipped + Manifests.Skipped;

    /// <summary>How many were mounted from another repository of the same registry.</summary>
    public int Mounted => Blobs.Mounted + Manifests.Mounted;

    /// <summary>The bytes of what was copied.</summary>
    public long CopiedBytes => Blobs.CopiedBytes + Manifests.CopiedBytes;
}
