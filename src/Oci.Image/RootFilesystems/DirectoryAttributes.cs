using Oci.Image.Tar;

namespace Oci.Image.RootFilesystems;

/// <summary>What a directory gets when all layers are unpacked.</summary>
internal struct DirectoryAttributes
{
    /// <summary>How far below the root: 1 for the root's children.</summary>
    public int Depth;

    public uint Mode;

    /// <summary>False for a directory without an entry: its times stay as they come.</summary>
    public bool HasTimes;

    public TarTime AccessTime;

    public TarTime ModifiedTime;

    /// <summary>Attributes that are set at the end, or null.</summary>
    public LateXattr[]? LateXattrs;

    /// <summary>Whether it is marked for overlayfs as hiding all that lower layers have in it.</summary>
    public bool IsOpaque;
}
