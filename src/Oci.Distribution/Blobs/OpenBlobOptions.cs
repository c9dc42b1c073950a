namespace Oci.Distribution.Blobs;

/// <summary>Which bytes of a blob are read, and how.</summary>
public sealed class OpenBlobOptions
{
    /// <summary>The most memory that <see cref="ParallelRanges"/> times <see cref="RangeSize"/> may come to, in bytes.</summary>
    public const int MaxBuffered = 24 * 1024 * 1024;

    /// <summary>The first byte to read. Default 0.</summary>
    /// <remarks>
    /// A part of a blob cannot be verified by the digest, which is over all of it. What is checked is that the registry says that
    /// it sends the bytes asked for, of a blob of the right size, and that it sends as many. Treat a part as untrusted.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">Set below zero.</exception>
    public long Offset
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    }

    /// <summary>How many bytes to read. Default <see langword="null"/>: all from <see cref="Offset"/> on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set below zero.</exception>
    public long? Length
    {
        get;
        set
        {
            if (value is long length)
            {
                ArgumentOutOfRangeException.ThrowIfNegative(length);
            }
            field = value;
        }
    }

    /// <summary>How many ranges are fetched at once, each over a connection of its own and into memory, and handed out (and hashed) in order. Default 1: one connection, and no more memory than a buffer.</summary>
    /// <remarks>Helps where a registry or its storage limits the speed of one connection. One that does not honour ranges is read over one connection all the same.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">Set below 1 or above 16.</exception>
    public int ParallelRanges
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 16);
            field = value;
        }
    } = 1;

    /// <summary>The bytes of one of the <see cref="ParallelRanges"/>. Default 4 MiB.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set below 64 KiB or above <see cref="MaxBuffered"/>.</exception>
    public int RangeSize
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 64 * 1024);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaxBuffered);
            field = value;
        }
    } = 4 * 1024 * 1024;
}
