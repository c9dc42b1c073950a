namespace Oci.Image.Validation;

/// <summary>How far a validation is.</summary>
/// <param name="Content">What is being read.</param>
/// <param name="Count">How many pieces of content were read to their end.</param>
/// <param name="Bytes">How many bytes were read, as stored, with those of <paramref name="Content"/> so far.</param>
public readonly record struct ValidationProgress(Descriptor Content, int Count, long Bytes);
