using Oci.Common.Linux;
using Oci.Image.Tar;

namespace Oci.Image.Changes;

/// <summary>One difference between two trees.</summary>
public sealed record TreeChange
{
    /// <summary>What became of the name.</summary>
    public required TreeChangeKind Kind { get; init; }

    /// <summary>The path from the root of the tree, for display: bytes that are not text are escaped as <c>\xNN</c>. <c>.</c> for the root.</summary>
    public string Path => PathBytes.IsEmpty ? "." : PathText.Describe(PathBytes.Span);

    /// <summary>The path from the root of the tree, as it is on disk, without a slash at its start or end. Empty for the root.</summary>
    public required ReadOnlyMemory<byte> PathBytes { get; init; }

    /// <summary>What it is now; what it was for a deleted name.</summary>
    public required TarEntryType Type { get; init; }

    /// <summary>What of a modified file is not as it was; none for others.</summary>
    public TreeChangeAspects Aspects { get; init; }

    /// <summary>The form of <c>docker diff</c>: <c>A</c>, <c>C</c> or <c>D</c>, and the path.</summary>
    public override string ToString() => $"{(Kind switch { TreeChangeKind.Added => 'A', TreeChangeKind.Modified => 'C', _ => 'D' })} /{(PathBytes.IsEmpty ? "" : Path)}";
}
