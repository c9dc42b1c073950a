using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Oci.Distribution.AspNetCore.Storage;

internal sealed class DiskStagedObject(DiskObjectStore store, SafeFileHandle handle, string path) : IStagedObject
{
    private readonly List<ReadOnlyMemory<byte>> _segments = [];

    public long Length => RandomAccess.GetLength(handle);

    // One pwritev(2) of Kestrel's own buffers: nothing is copied on the way to the page cache.
    public ValueTask WriteAsync(ReadOnlySequence<byte> content, long offset, CancellationToken cancellationToken)
    {
        if (content.IsSingleSegment)
        {
            return RandomAccess.WriteAsync(handle, content.First, offset, cancellationToken);
        }
        _segments.Clear();
        foreach (ReadOnlyMemory<byte> segment in content)
        {
            _segments.Add(segment);
        }
        return RandomAccess.WriteAsync(handle, _segments, offset, cancellationToken);
    }

    public ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken) =>
        RandomAccess.ReadAsync(handle, buffer, offset, cancellationToken);

    public void SetLength(long length) => RandomAccess.SetLength(handle, length);

    public async ValueTask CommitAsync(string key, CancellationToken cancellationToken) =>
        await store.PlaceAsync(handle, path, key, cancellationToken).ConfigureAwait(false);

    public void Dispose() => handle.Dispose();
}
