namespace Oci.Image;

/// <summary>Content is not what its descriptor says: another digest, or another size.</summary>
/// <remarks>Thrown before end-of-data is reported, so that a reader never takes bad content for complete.</remarks>
public sealed class ContentMismatchException : OciImageException
{
    /// <summary>Makes an exception that names both sides of the mismatch.</summary>
    /// <param name="what">What was read, for the message: <c>blob</c>, <c>layer</c>, <c>uncompressed layer (DiffID)</c>.</param>
    /// <param name="expected">The digest that was asked for.</param>
    /// <param name="expectedSize">The size that was asked for, or <see langword="null"/> where only the digest was known.</param>
    /// <param name="actual">The digest of what was read; <see langword="null"/> where reading stopped at the size.</param>
    /// <param name="actualSize">The number of bytes read.</param>
    public ContentMismatchException(string what, Digest expected, long? expectedSize, Digest? actual, long actualSize)
        : base(Describe(what, expected, expectedSize, actual, actualSize))
    {
        Expected = expected;
        ExpectedSize = expectedSize;
        Actual = actual;
        ActualSize = actualSize;
    }

    /// <summary>The digest that was asked for.</summary>
    public Digest Expected { get; }

    /// <summary>The size in bytes that was asked for, where one was known.</summary>
    public long? ExpectedSize { get; }

    /// <summary>The digest of what was read, where it was read to its end.</summary>
    public Digest? Actual { get; }

    /// <summary>How many bytes were read.</summary>
    public long ActualSize { get; }

    private static string Describe(string what, Digest expected, long? expectedSize, Digest? actual, long actualSize)
    {
        if (expectedSize is long size && size != actualSize)
        {
            return actualSize < size
                ? $"The {what} {expected} ended after {actualSize} of {size} bytes: it is truncated. Fetch it again."
                : $"The {what} {expected} is longer than the {size} bytes its descriptor says. Its source is not to be trusted.";
        }
        return $"The {what} {expected} has the digest {actual}: its {actualSize} bytes were changed on the way or in the store. Fetch it again from a source you trust.";
    }
}
