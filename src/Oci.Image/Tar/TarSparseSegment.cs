namespace Oci.Image.Tar;

/// <summary>A stretch of a sparse file that has data. What lies between segments, and after the last, is holes.</summary>
/// <param name="Offset">Where in the file the data belongs, in bytes.</param>
/// <param name="Length">How many bytes; never 0.</param>
public readonly record struct TarSparseSegment(long Offset, long Length);
