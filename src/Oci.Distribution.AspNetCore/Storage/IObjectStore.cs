namespace Oci.Distribution.AspNetCore.Storage;

/// <summary>
/// The store seam: named objects in folders. What a registry is (links, tags, referrers, sessions) is built once on top.
/// </summary>
/// <remarks>Keys are paths with slashes, made by <see cref="StorageKeys"/> alone, of names that were parsed.</remarks>
internal interface IObjectStore
{
    /// <summary>An object's length in bytes, or <see langword="null"/> where there is none.</summary>
    ValueTask<long?> GetLengthAsync(string key, CancellationToken cancellationToken);

    /// <summary>When an object was last written, or <see langword="null"/> where there is none.</summary>
    ValueTask<DateTimeOffset?> GetLastWriteTimeAsync(string key, CancellationToken cancellationToken);

    /// <summary>Reads a small object whole, or <see langword="null"/> where there is none.</summary>
    /// <exception cref="InvalidDataException">It has more than <paramref name="maxLength"/> bytes.</exception>
    ValueTask<byte[]?> ReadAsync(string key, int maxLength, CancellationToken cancellationToken);

    /// <summary>Writes a small object in one piece: after a crash there is the old one or the new one.</summary>
    /// <param name="key">Replaced where it is there.</param>
    /// <param name="content">What to write.</param>
    /// <param name="durable">True to return only when the object would survive a power cut.</param>
    /// <param name="cancellationToken">Ends the work before the object is put in place.</param>
    ValueTask WriteAsync(string key, ReadOnlyMemory<byte> content, bool durable, CancellationToken cancellationToken);

    /// <summary>Sets an object's time of its last write to now; false where there is none.</summary>
    ValueTask<bool> TouchAsync(string key, CancellationToken cancellationToken);

    /// <summary>Deletes an object; false where there was none.</summary>
    /// <param name="key">The object.</param>
    /// <param name="durable">True to return only when the object would stay deleted after a power cut.</param>
    /// <param name="cancellationToken">Ends the wait for the disk; the object may be deleted.</param>
    ValueTask<bool> DeleteAsync(string key, bool durable, CancellationToken cancellationToken);

    /// <summary>Makes deletes in a folder that were not durable so.</summary>
    ValueTask FlushFolderAsync(string folder, CancellationToken cancellationToken);

    /// <summary>Deletes a folder and all in it, where it is there.</summary>
    ValueTask DeleteFolderAsync(string folder, CancellationToken cancellationToken);

    /// <summary>True where a folder was written to.</summary>
    ValueTask<bool> FolderExistsAsync(string folder, CancellationToken cancellationToken);

    /// <summary>The names of a folder's direct children, in no order; none where there is no folder.</summary>
    ValueTask<IReadOnlyList<string>> ListAsync(string folder, CancellationToken cancellationToken);

    /// <summary>Opens an object to stream it, or <see langword="null"/> where there is none. The caller disposes it.</summary>
    ValueTask<IObjectReader?> OpenReadAsync(string key, CancellationToken cancellationToken);

    /// <summary>Opens bytes being gathered under a key, making it where it is not there. The caller disposes it.</summary>
    ValueTask<IStagedObject> OpenStagedAsync(string key, CancellationToken cancellationToken);
}
