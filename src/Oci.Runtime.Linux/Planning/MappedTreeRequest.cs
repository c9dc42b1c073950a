using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Planning;

/// <summary>A detached copy of the host's mount at a path, with its ids mapped: that takes rights over the filesystem, which a user namespace has not.</summary>
internal sealed record MappedTreeRequest(string Label, string? SpecPointer, string? Path) : ParentRequest(Label, SpecPointer, Path)
{
    /// <summary>Whether the mounts below are taken along.</summary>
    public bool IsRecursive { get; init; }

    /// <summary>Whether the mounts below are mapped too.</summary>
    public bool IsMappingRecursive { get; init; }

    /// <summary>MS_SLAVE and its like, for all of the copy: it is made outside of the container's mount namespace; 0 to leave it.</summary>
    public long Propagation { get; init; }

    /// <summary>From the ids on disk to those seen; null for the container's own user namespace.</summary>
    public IReadOnlyList<LinuxIdMapping>? Uids { get; init; }

    public IReadOnlyList<LinuxIdMapping>? Gids { get; init; }
}
