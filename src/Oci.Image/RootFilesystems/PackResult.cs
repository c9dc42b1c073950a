namespace Oci.Image.RootFilesystems;

/// <summary>What a pack did.</summary>
public sealed record PackResult
{
    /// <summary>The entries written.</summary>
    public required long Entries { get; init; }

    /// <summary>The bytes of file content written.</summary>
    public required long Bytes { get; init; }

    /// <summary>The whiteouts among the entries, where changes were packed.</summary>
    public long Deletions { get; init; }

    /// <summary>How many sockets were left out: an archive cannot hold them.</summary>
    public required long SkippedSockets { get; init; }

    /// <summary>The path of the first of them, for display; <see langword="null"/> where there was none.</summary>
    public string? FirstSkippedSocket { get; init; }
}
