using Oci.Image;

namespace Oci.Distribution.Copying;

/// <summary>One manifest or blob of a <see cref="CopyPlan"/>.</summary>
public sealed record CopyItem
{
    /// <summary>What it is.</summary>
    public required Descriptor Descriptor { get; init; }

    /// <summary>True for manifests and indexes, which a registry keeps apart from blobs.</summary>
    public required bool IsManifest { get; init; }

    /// <summary>What is to be done.</summary>
    public required CopyAction Action { get; init; }

    /// <summary>The repository of the same registry that has the blob, where <see cref="Action"/> is <see cref="CopyAction.Mount"/>.</summary>
    public string? MountFrom { get; init; }

    /// <summary>One line: what is done, what it is, its digest and its size.</summary>
    public override string ToString()
    {
        string from = MountFrom is null ? "" : $" from {MountFrom}";
        return $"{Action.ToString().ToLowerInvariant(),-6} {(IsManifest ? "manifest" : "blob    ")} {Descriptor.Digest} {Descriptor.Size} bytes{from}";
    }
}
