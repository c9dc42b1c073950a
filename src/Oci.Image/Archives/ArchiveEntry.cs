namespace Oci.Image.Archives;

/// <summary>Where the content of a file lies in an archive.</summary>
internal readonly record struct ArchiveEntry(long Offset, long Size);
