using Oci.Image;

namespace Oci.Distribution.Artifacts;

/// <summary>What was written of an artifact.</summary>
public sealed record UnpackedArtifact
{
    /// <summary>The manifest.</summary>
    public required Descriptor Manifest { get; init; }

    /// <summary>The blobs that were written, each under its title below the directory.</summary>
    public required IReadOnlyList<Descriptor> Files { get; init; }

    /// <summary>The blobs that have no title, and so no name to be written under.</summary>
    public required IReadOnlyList<Descriptor> Untitled { get; init; }
}
