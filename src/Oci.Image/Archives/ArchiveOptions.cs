namespace Oci.Image.Archives;

/// <summary>Limits and places for reading an archive.</summary>
public sealed class ArchiveOptions
{
    /// <summary>The most entries that an archive may have; 100,000 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less than 1.</exception>
    public int MaxEntries
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 100_000;

    /// <summary>The most bytes that the names and link targets of all entries may take together, which are held in memory; 16 MiB by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less than 1.</exception>
    public long MaxNamesSize
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 16 * 1024 * 1024;

    /// <summary>The most bytes that a compressed archive may expand to on disk; 64 GiB by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less than 1.</exception>
    public long MaxExpandedSize
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 64L * 1024 * 1024 * 1024;

    /// <summary>Where a compressed archive, or one read from a pipe, is expanded to a file that is removed when the archive is closed; the system's by default.</summary>
    public string TemporaryDirectory { get; set; } = Path.GetTempPath();

    internal ArchiveOptions Copy() => (ArchiveOptions)MemberwiseClone();
}
