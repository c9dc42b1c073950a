namespace Oci.Distribution.Artifacts;

/// <summary>How far one file of an artifact is. Reports of several files come from several threads.</summary>
/// <param name="Title">The title of the file.</param>
/// <param name="Bytes">How many bytes of its blob were read.</param>
/// <param name="Size">How many there are; <see langword="null"/> for a directory that is being packed.</param>
public readonly record struct ArtifactProgress(string Title, long Bytes, long? Size);
