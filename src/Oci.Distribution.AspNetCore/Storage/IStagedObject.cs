using System.Buffers;

namespace Oci.Distribution.AspNetCore.Storage;

/// <summary>Bytes that are gathered until they become an object. Disposing keeps them for the next open.</summary>
internal interface IStagedObject : IDisposable
{
    /// <summary>How many bytes there are.</summary>
    long Length { get; }

    /// <summary>Writes all of <paramref name="content"/> at an offset.</summary>
    ValueTask WriteAsync(ReadOnlySequence<byte> content, long offset, CancellationToken cancellationToken);

    /// <summary>Reads at an offset; 0 at the end.</summary>
    ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken);

    /// <summary>Cuts the bytes to a length.</summary>
    void SetLength(long length);

    /// <summary>Makes the bytes the object <paramref name="key"/>, in one piece and durably.</summary>
    ValueTask CommitAsync(string key, CancellationToken cancellationToken);
}
