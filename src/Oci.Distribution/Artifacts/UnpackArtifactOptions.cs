namespace Oci.Distribution.Artifacts;

/// <summary>How the files of an artifact are written, and the limits.</summary>
public sealed class UnpackArtifactOptions
{
    /// <summary>True to replace files that are there, those in directories of the artifact too; what else is there stays. Default false: then it is refused before anything is written.</summary>
    public bool Overwrite { get; set; }

    /// <summary>True to write the archive of a directory as a file, and not unpack it. Default false.</summary>
    public bool KeepArchives { get; set; }

    /// <summary>The most files of an artifact and entries of its archives, all together, with the directories that these make on their way. Default 100,000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to zero or less.</exception>
    public int MaxFiles { get; set => field = (int)Positive(value); } = 100_000;

    /// <summary>The most bytes that are fetched, and the most that are written: all files together, with what all archives unpack to. Default 64 GiB.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to zero or less.</exception>
    public long MaxBytes { get; set => field = Positive(value); } = 64L << 30;

    /// <summary>The most files that are read at once. Default 3.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to zero or less.</exception>
    public int MaxParallel { get; set => field = (int)Positive(value); } = 3;

    /// <summary>Works by paths, as on systems other than Linux: for tests.</summary>
    internal bool IsPortable { get; set; } = !OperatingSystem.IsLinux();

    internal UnpackArtifactOptions Copy() => (UnpackArtifactOptions)MemberwiseClone();

    private static long Positive(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
        return value;
    }
}
