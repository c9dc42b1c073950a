using Oci.Common.Linux;

namespace Oci.Runtime.Linux.Mounts;

/// <summary>A file below a directory, as it was when it was listed.</summary>
/// <param name="Path">Its path from the directory, in bytes, ended by NUL.</param>
/// <param name="Status">What statx(2) said.</param>
internal sealed record TreeEntry(byte[] Path, Libc.FileStatus Status)
{
    /// <summary>Whether all below a directory has been listed, so that its times can be set.</summary>
    public bool IsLeft { get; init; }

    /// <summary>What a symbolic link holds, ended by NUL.</summary>
    public byte[]? LinkTarget { get; init; }

    /// <summary>Names, ended by NUL, and values.</summary>
    public IReadOnlyList<(byte[] Name, byte[] Value)> Attributes { get; init; } = [];
}
