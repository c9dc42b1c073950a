namespace Oci.Distribution.Copying;

/// <summary>How many manifests or blobs were copied, mounted and skipped, or are to be, and how many bytes they have.</summary>
/// <param name="Copied">How many are copied.</param>
/// <param name="CopiedBytes">The bytes of these.</param>
/// <param name="Mounted">How many the registry takes from another of its repositories.</param>
/// <param name="MountedBytes">The bytes of these.</param>
/// <param name="Skipped">How many the destination has.</param>
/// <param name="SkippedBytes">The bytes of these.</param>
public readonly record struct CopyTotals(int Copied, long CopiedBytes, int Mounted, long MountedBytes, int Skipped, long SkippedBytes)
{
    /// <summary>How many there are.</summary>
    public int Count => Copied + Mounted + Skipped;

    /// <summary>The bytes of all.</summary>
    public long Bytes => CopiedBytes + MountedBytes + SkippedBytes;

    /// <summary>The sum of two.</summary>
    public static CopyTotals operator +(CopyTotals left, CopyTotals right) => new(
        left.Copied + right.Copied,
        left.CopiedBytes + right.CopiedBytes,
        left.Mounted + right.Mounted,
        left.MountedBytes + right.MountedBytes,
        left.Skipped + right.Skipped,
        left.SkippedBytes + right.SkippedBytes);

    internal CopyTotals Add(CopyStep step, long size) => this + step switch
    {
        CopyStep.Copied => new CopyTotals(1, size, 0, 0, 0, 0),
        CopyStep.Mounted => new CopyTotals(0, 0, 1, size, 0, 0),
        _ => new CopyTotals(0, 0, 0, 0, 1, size),
    };
}
