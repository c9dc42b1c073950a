using System.Buffers;
using System.Collections.Concurrent;

namespace Oci.Distribution.AspNetCore.Storage;

/// <summary>Objects in memory, for tests and registries that live as long as their process.</summary>
internal sealed class MemoryObjectStore(TimeProvider time) : IObjectStore
{
    private readonly ConcurrentDictionary<string, MemoryObject> _objects = new(StringComparer.Ordinal);

    // A folder outlives the last object in it, as on disk.
    private readonly ConcurrentDictionary<string, bool> _folders = new(StringComparer.Ordinal);

    public ValueTask<long?> GetLengthAsync(string key, CancellationToken cancellationToken) =>
        new(_objects.TryGetValue(key, out MemoryObject? found) ? found.Length : null);

    public ValueTask<DateTimeOffset?> GetLastWriteTimeAsync(string key, CancellationToken cancellationToken) =>
        new(_objects.TryGetValue(key, out MemoryObject? found) ? found.LastWriteTime : null);

    public ValueTask<byte[]?> ReadAsync(string key, int maxLength, CancellationToken cancellationToken)
    {
        if (!_objects.TryGetValue(key, out MemoryObject? found))
        {
            return new((byte[]?)null);
        }
        if (found.Length > maxLength)
        {
            throw new InvalidDataException($"The object {key} of the registry's store has {found.Length} bytes; {maxLength} is the most.");
        }
        var content = new byte[found.Length];
        int read = 0;
        while (read < content.Length)
        {
            read += found.Read(content.AsSpan(read), read);
        }
        return new(content);
    }

    public ValueTask WriteAsync(string key, ReadOnlyMemory<byte> content, bool durable, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var written = new MemoryObject(time.GetUtcNow());
        written.Write(content.Span, 0);
        Put(key, written);
        return ValueTask.CompletedTask;
    }

    public ValueTask<bool> TouchAsync(string key, CancellationToken cancellationToken)
    {
        if (!_objects.TryGetValue(key, out MemoryObject? found))
        {
            return new(false);
        }
        found.LastWriteTime = time.GetUtcNow();
        return new(true);
    }

    public ValueTask<bool> DeleteAsync(string key, bool durable, CancellationToken cancellationToken) => new(_objects.TryRemove(key, out _));

    public ValueTask FlushFolderAsync(string folder, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask DeleteFolderAsync(string folder, CancellationToken cancellationToken)
    {
        foreach (string key in KeysIn(folder))
        {
            _objects.TryRemove(key, out _);
        }
        _folders.TryRemove(folder, out _);
        return ValueTask.CompletedTask;
    }

    public ValueTask<bool> FolderExistsAsync(string folder, CancellationToken cancellationToken) => new(_folders.ContainsKey(folder));

    public ValueTask<IReadOnlyList<string>> ListAsync(string folder, CancellationToken cancellationToken) =>
        new([.. KeysIn(folder).Select(key => key[(folder.Length + 1)..].Split('/', 2)[0]).Distinct(StringComparer.Ordinal)]);

    public ValueTask<IObjectReader?> OpenReadAsync(string key, CancellationToken cancellationToken) =>
        new(_objects.TryGetValue(key, out MemoryObject? found) ? new Reader(found) : null);

    public ValueTask<IStagedObject> OpenStagedAsync(string key, CancellationToken cancellationToken) =>
        new(new Staged(this, key, _objects.GetOrAdd(key, _ => new MemoryObject(time.GetUtcNow()))));

    private void Put(string key, MemoryObject content)
    {
        _objects[key] = content;
        for (int slash = key.LastIndexOf('/'); slash > 0; slash = key.LastIndexOf('/', slash - 1))
        {
            _folders[key[..slash]] = true;
        }
    }

    private DateTimeOffset GetNow() => time.GetUtcNow();

    private IEnumerable<string> KeysIn(string folder)
    {
        string prefix = folder + "/";
        return _objects.Select(pair => pair.Key).Where(key => key.StartsWith(prefix, StringComparison.Ordinal));
    }

    private sealed class Reader(MemoryObject content) : IObjectReader
    {
        public long Length { get; } = content.Length;

        public ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken) => new(content.Read(buffer.Span, offset));

        public void Dispose()
        {
        }
    }

    private sealed class Staged(MemoryObjectStore store, string key, MemoryObject content) : IStagedObject
    {
        public long Length => content.Length;

        public ValueTask WriteAsync(ReadOnlySequence<byte> source, long offset, CancellationToken cancellationToken)
        {
            foreach (ReadOnlyMemory<byte> segment in source)
            {
                content.Write(segment.Span, offset);
                offset += segment.Length;
            }
            content.LastWriteTime = store.GetNow();
            return ValueTask.CompletedTask;
        }

        public ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken) => new(content.Read(buffer.Span, offset));

        public void SetLength(long length) => content.SetLength(length);

        public ValueTask CommitAsync(string target, CancellationToken cancellationToken)
        {
            store._objects.TryRemove(key, out _);
            store.Put(target, content);
            return ValueTask.CompletedTask;
        }

        public void Dispose()
        {
        }
    }
}
