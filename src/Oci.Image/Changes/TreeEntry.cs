using Oci.Common.Linux;
using Oci.Image.RootFilesystems;
using Oci.Image.Tar;

namespace Oci.Image.Changes;

/// <summary>One name of a <see cref="TreeSnapshot"/>, and what is there.</summary>
public sealed class TreeEntry
{
    private readonly TreeNode _node;

    internal TreeEntry(byte[] path, TreeNode node)
    {
        PathBytes = path;
        _node = node;
    }

    /// <summary>The path from the root of the tree, for display: bytes that are not text are escaped as <c>\xNN</c>. <c>.</c> for the root.</summary>
    public string Path => PathBytes.IsEmpty ? "." : PathText.Describe(PathBytes.Span);

    /// <summary>The path from the root of the tree, as it is on disk, without a slash at its start or end. Empty for the root.</summary>
    public ReadOnlyMemory<byte> PathBytes { get; }

    /// <summary>What it is. A file with several names is a <see cref="TarEntryType.File"/> under each of them.</summary>
    public TarEntryType Type => _node.Type;

    /// <summary>The permission bits with those of setuid, setgid and sticky: 0 to 07777 octal.</summary>
    public int Mode => _node.Mode;

    /// <summary>Whose it is.</summary>
    public FileOwner Owner => _node.Owner;

    /// <summary>When its content was changed; <see langword="null"/> for a directory that no entry of an image describes.</summary>
    public TarTime? ModifiedTime => _node.ModifiedTime;

    /// <summary>The bytes of a file, holes included; 0 for all else.</summary>
    public long Size => _node.Size;

    /// <summary>The target of a symbolic link, as bytes; empty for all else.</summary>
    public ReadOnlyMemory<byte> LinkTarget => _node.LinkTarget;

    /// <summary>The major number of a device.</summary>
    public uint DevMajor => _node.DevMajor;

    /// <summary>The minor number of a device.</summary>
    public uint DevMinor => _node.DevMinor;

    /// <summary>How many names of the tree lead to it; more than 1 for hardlinks.</summary>
    public int NameCount => _node.NameCount;

    /// <summary>The extended attributes, by name; empty where the snapshot holds none.</summary>
    public ReadOnlySpan<TarXattr> Xattrs => _node.Xattrs;

    /// <summary>The SHA-256 of a file's content; <see langword="null"/> where the snapshot does not hold it (<see cref="TreeSnapshotOptions.ContentDigests"/>).</summary>
    public Digest? ContentDigest => _node.ContentHash is byte[] hash ? Digest.FromHash(DigestAlgorithm.Sha256, hash) : null;

    /// <summary>The path.</summary>
    public override string ToString() => Path;
}
