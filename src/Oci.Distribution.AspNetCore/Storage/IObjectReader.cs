namespace Oci.Distribution.AspNetCore.Storage;

/// <summary>An object opened for reading; it stays readable though the object be deleted or replaced meanwhile.</summary>
internal interface IObjectReader : IDisposable
{
    /// <summary>Its length in bytes.</summary>
    long Length { get; }

    /// <summary>Reads at an offset; 0 at the end.</summary>
    ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken);
}
