namespace Oci.Image.RootFilesystems;

/// <summary>What an unpack did.</summary>
public sealed record UnpackResult
{
    /// <summary>The entries of all layers, whiteouts included.</summary>
    public required long Entries { get; init; }

    /// <summary>The bytes of file content written.</summary>
    public required long Bytes { get; init; }

    /// <summary>What was done with less than the layers ask for; empty where all was done.</summary>
    public required IReadOnlyList<UnpackNotice> Notices { get; init; }

    /// <summary>Whether the root has an entry of its own, and so attributes that some layer gave it.</summary>
    internal bool HasRootEntry { get; init; }

    /// <summary>Whether a directory below the root was made for what lies in it alone, without an entry of its own.</summary>
    internal bool HasImpliedDirectories { get; init; }
}
