using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;
using Oci.Common;

namespace Oci.Distribution.AspNetCore.Storage;

/// <summary>Objects as files below a root folder: staged, flushed, renamed into place, and the folder flushed.</summary>
internal sealed class DiskObjectStore : IObjectStore, IDisposable
{
    // Links, which hold a media type at most.
    private const int MaxTouchedLength = 4096;

    // Known ones cost memory, unknown ones a flush.
    private const int MaxDurableFolders = 100_000;

    private readonly string _root;
    private readonly FileStream _lock;
    private readonly DiskWork _work = new();

    // Layers take long to flush, and no link or tag waits for that.
    private readonly DiskWork _contentWork = new();

    // Folders whose names in their parents would survive a power cut.
    private readonly ConcurrentDictionary<string, bool> _durableFolders = new(StringComparer.Ordinal);

    /// <exception cref="IOException">The folder cannot be made, or another process has it.</exception>
    public DiskObjectStore(string root)
    {
        _root = Path.GetFullPath(root);
        Directory.CreateDirectory(_root);
        _lock = Lock(_root);
        // What a crash left staged was never answered for.
        string staging = GetPath(StorageKeys.Staging);
        if (Directory.Exists(staging))
        {
            Directory.Delete(staging, recursive: true);
        }
        Directory.CreateDirectory(staging);
    }

    public ValueTask<long?> GetLengthAsync(string key, CancellationToken cancellationToken)
    {
        var file = new FileInfo(GetPath(key));
        return new(file.Exists ? file.Length : null);
    }

    public ValueTask<DateTimeOffset?> GetLastWriteTimeAsync(string key, CancellationToken cancellationToken)
    {
        var file = new FileInfo(GetPath(key));
        return new(file.Exists ? new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero) : null);
    }

    public ValueTask<byte[]?> ReadAsync(string key, int maxLength, CancellationToken cancellationToken)
    {
        // Small files, in the page cache as a rule: an async read would cost more than the read.
        using SafeFileHandle? handle = OpenExisting(key, FileOptions.None);
        if (handle is null)
        {
            return new((byte[]?)null);
        }
        long length = RandomAccess.GetLength(handle);
        if (length > maxLength)
        {
            throw new InvalidDataException($"The object {key} of the registry's store has {length} bytes; {maxLength} is the most.");
        }
        var content = new byte[length];
        int read = 0;
        while (read < content.Length)
        {
            int count = RandomAccess.Read(handle, content.AsSpan(read), read);
            if (count == 0)
            {
                throw new InvalidDataException($"The object {key} of the registry's store was cut while it was read.");
            }
            read += count;
        }
        return new(content);
    }

    public async ValueTask WriteAsync(string key, ReadOnlyMemory<byte> content, bool durable, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (durable)
        {
            await _work.RunAsync(() => Write(key, content.Span, durable: true), cancellationToken).ConfigureAwait(false);
        }
        else
        {
            Write(key, content.Span, durable: false);
        }
    }

    public async ValueTask<bool> TouchAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            File.SetLastWriteTimeUtc(GetPath(key), DateTime.UtcNow);
            return true;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (UnauthorizedAccessException)
        {
            // utimensat(2): only a file's owner may set its time. Whoever may write to the folder may put a new one in its place.
            if (await ReadAsync(key, MaxTouchedLength, cancellationToken).ConfigureAwait(false) is not { } content)
            {
                return false;
            }
            await WriteAsync(key, content, durable: true, cancellationToken).ConfigureAwait(false);
            return true;
        }
    }

    public async ValueTask<bool> DeleteAsync(string key, bool durable, CancellationToken cancellationToken)
    {
        string path = GetPath(key);
        if (!File.Exists(path))
        {
            return false;
        }
        File.Delete(path);
        if (durable)
        {
            await FlushAsync(Path.GetDirectoryName(path)!, cancellationToken).ConfigureAwait(false);
        }
        return true;
    }

    public async ValueTask FlushFolderAsync(string folder, CancellationToken cancellationToken)
    {
        string path = GetPath(folder);
        if (Directory.Exists(path))
        {
            await FlushAsync(path, cancellationToken).ConfigureAwait(false);
        }
    }

    public ValueTask DeleteFolderAsync(string folder, CancellationToken cancellationToken)
    {
        string path = GetPath(folder);
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
        return ValueTask.CompletedTask;
    }

    public ValueTask<bool> FolderExistsAsync(string folder, CancellationToken cancellationToken) => new(Directory.Exists(GetPath(folder)));

    public ValueTask<IReadOnlyList<string>> ListAsync(string folder, CancellationToken cancellationToken)
    {
        var directory = new DirectoryInfo(GetPath(folder));
        return new(directory.Exists ? [.. directory.EnumerateFileSystemInfos().Select(info => info.Name)] : []);
    }

    public ValueTask<IObjectReader?> OpenReadAsync(string key, CancellationToken cancellationToken)
    {
        SafeFileHandle? handle = OpenExisting(key, FileOptions.SequentialScan);
        return new(handle is null ? null : new DiskObjectReader(handle));
    }

    public ValueTask<IStagedObject> OpenStagedAsync(string key, CancellationToken cancellationToken)
    {
        string path = GetPath(key);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        SafeFileHandle handle = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        return new(new DiskStagedObject(this, handle, path));
    }

    public void Dispose()
    {
        _work.Dispose();
        _contentWork.Dispose();
        _lock.Dispose();
    }

    /// <summary>Flushes a staged file and puts it in its place, durably.</summary>
    internal Task PlaceAsync(SafeFileHandle handle, string stagedPath, string key, CancellationToken cancellationToken) =>
        _contentWork.RunAsync(
            () =>
            {
                RandomAccess.FlushToDisk(handle);
                Place(stagedPath, key, durable: true);
            },
            cancellationToken);

    private Task FlushAsync(string path, CancellationToken cancellationToken) => _work.RunAsync(() => DirectoryFlush.Flush(path), cancellationToken);

    private void Write(string key, ReadOnlySpan<byte> content, bool durable)
    {
        string staged = GetPath($"{StorageKeys.Staging}/{Guid.NewGuid():N}");
        try
        {
            using (SafeFileHandle handle = File.OpenHandle(staged, FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.None, content.Length))
            {
                RandomAccess.Write(handle, content, 0);
                if (durable && content.Length > 0)
                {
                    RandomAccess.FlushToDisk(handle);
                }
            }
            Place(staged, key, durable);
        }
        catch
        {
            File.Delete(staged);
            throw;
        }
    }

    private void Place(string stagedPath, string key, bool durable)
    {
        string path = GetPath(key);
        string folder = Path.GetDirectoryName(path)!;
        EnsureFolder(folder, durable);
        File.Move(stagedPath, path, overwrite: true);
        if (durable)
        {
            DirectoryFlush.Flush(folder);
        }
    }

    // A new folder is a name in its parent, which has to be flushed as well. One that is there may have been made a moment
    // ago, by another thread that has not come to that yet or by a process that died before; so it is flushed once here.
    private void EnsureFolder(string folder, bool durable)
    {
        if (!durable)
        {
            Directory.CreateDirectory(folder);
            return;
        }
        bool exists = Directory.Exists(folder);
        if (exists && (folder.Length <= _root.Length || _durableFolders.ContainsKey(folder)))
        {
            return;
        }
        string parent = Path.GetDirectoryName(folder)!;
        EnsureFolder(parent, durable: true);
        if (!exists)
        {
            Directory.CreateDirectory(folder);
        }
        DirectoryFlush.Flush(parent);
        if (_durableFolders.Count >= MaxDurableFolders)
        {
            _durableFolders.Clear();
        }
        _durableFolders[folder] = true;
    }

    private SafeFileHandle? OpenExisting(string key, FileOptions options)
    {
        string path = GetPath(key);
        if (!File.Exists(path))
        {
            return null; // The common case of a miss, without the cost of an exception.
        }
        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, options);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private string GetPath(string key) => $"{_root}/{key}";

    private static FileStream Lock(string root)
    {
        try
        {
            return new FileStream(Path.Combine(root, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new IOException($"The registry cannot lock its root folder {root}: another registry process has it. Stop that one, or set another RootDirectory.", e);
        }
    }
}
