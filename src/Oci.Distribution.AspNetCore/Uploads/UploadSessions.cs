using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Oci.Distribution.AspNetCore.Routing;
using Oci.Distribution.AspNetCore.Storage;
using Oci.Image;

namespace Oci.Distribution.AspNetCore.Uploads;

/// <summary>The upload sessions, live ones and those that lie in the store since before a restart.</summary>
internal sealed class UploadSessions(IObjectStore store, IOptions<OciRegistryOptions> options, TimeProvider time) : IDisposable
{
    private const int MaxRecordLength = 4096;

    // A client that opens a session sends its first bytes at once. One that does not would keep others out for a day.
    private static readonly TimeSpan EmptyExpiration = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<UploadId, UploadSession> _live = new();
    private readonly SemaphoreSlim _counting = new(1);
    private readonly SemaphoreSlim _sweeping = new(1);
    private int _count = -1;

    /// <summary>How many are open, as far as it is known yet.</summary>
    public int Count => Math.Max(0, Volatile.Read(ref _count));

    /// <summary>Starts a session; <see langword="null"/> where there are too many.</summary>
    public async Task<UploadSession?> CreateAsync(RepositoryName repository, DigestAlgorithm algorithm, CancellationToken cancellationToken)
    {
        await CountAsync(cancellationToken).ConfigureAwait(false);
        if (!TryCount() && !(await TryEvictAsync(cancellationToken).ConfigureAwait(false) && TryCount()))
        {
            return null;
        }
        var session = new UploadSession(UploadId.Create(), repository, algorithm, length: 0) { LastUse = time.GetTimestamp() };
        // Before its folder is there, so that no sweep takes it for one that is left over.
        _live[session.Id] = session;
        try
        {
            byte[] record = JsonSerializer.SerializeToUtf8Bytes(
                new UploadRecord(repository.ToString(), algorithm == DigestAlgorithm.Sha512 ? "sha512" : "sha256"),
                RegistryJsonContext.Default.UploadRecord);
            // Not flushed: after a power cut the client starts the upload again, and nothing was promised.
            await store.WriteAsync(StorageKeys.UploadRecord(session.Id), record, durable: false, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            _live.TryRemove(session.Id, out _);
            Interlocked.Decrement(ref _count);
            session.Dispose();
            throw;
        }
        return session;
    }

    /// <summary>Finds a session of a repository; <see langword="null"/> where there is none.</summary>
    public async Task<UploadSession?> FindAsync(RepositoryName repository, string id, CancellationToken cancellationToken)
    {
        if (!UploadId.TryParse(id, out UploadId uploadId))
        {
            return null;
        }
        await CountAsync(cancellationToken).ConfigureAwait(false);
        if (!_live.TryGetValue(uploadId, out UploadSession? session))
        {
            session = await ReviveAsync(uploadId, cancellationToken).ConfigureAwait(false);
        }
        if (session is null || !session.Repository.Equals(repository))
        {
            return null;
        }
        session.LastUse = time.GetTimestamp();
        return session;
    }

    public ValueTask<IStagedObject> OpenAsync(UploadSession session, CancellationToken cancellationToken) =>
        store.OpenStagedAsync(StorageKeys.UploadData(session.Id), cancellationToken);

    /// <summary>Removes a session and its bytes. The caller is inside it, and leaves it by this.</summary>
    public async Task RemoveAsync(UploadSession session)
    {
        session.End();
        try
        {
            // Not cancellable: the answer to the client may be decided already, and the bytes must go. And they go before
            // the name does, so that nobody revives what is being removed.
            await store.DeleteFolderAsync(StorageKeys.Upload(session.Id), CancellationToken.None).ConfigureAwait(false);
            if (_live.TryRemove(session.Id, out _))
            {
                Interlocked.Decrement(ref _count);
            }
            session.Dispose();
        }
        finally
        {
            // Where the bytes could not be removed, the sweep tries again.
            session.Leave();
        }
    }

    /// <summary>Removes the sessions that lay untouched for longer than they may, or counts them.</summary>
    public async Task<int> SweepAsync(CancellationToken cancellationToken, bool dryRun = false)
    {
        await CountAsync(cancellationToken).ConfigureAwait(false);
        await _sweeping.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            int expired = 0;
            DateTimeOffset oldest = time.GetUtcNow() - options.Value.UploadExpiration;
            foreach (string name in await store.ListAsync(StorageKeys.Uploads, cancellationToken).ConfigureAwait(false))
            {
                if (UploadId.TryParse(name, out UploadId id)
                    && !(await GetLastUseAsync(id, cancellationToken).ConfigureAwait(false) > oldest)
                    && (dryRun || await TryRemoveAsync(id, oldest, cancellationToken).ConfigureAwait(false)))
                {
                    expired++;
                }
            }
            return expired;
        }
        finally
        {
            _sweeping.Release();
        }
    }

    public void Dispose()
    {
        foreach (UploadSession session in _live.Values)
        {
            session.Dispose();
        }
        _counting.Dispose();
        _sweeping.Dispose();
    }

    private bool TryCount()
    {
        if (Interlocked.Increment(ref _count) <= options.Value.MaxUploadSessions)
        {
            return true;
        }
        Interlocked.Decrement(ref _count);
        return false;
    }

    // Removes the session that lay empty for longest, if it did for long; those with bytes are somebody's work.
    private async Task<bool> TryEvictAsync(CancellationToken cancellationToken)
    {
        foreach (UploadSession session in _live.Values.Where(CanGo).OrderBy(session => session.LastUse))
        {
            if (!await session.EnterAsync(TimeSpan.Zero, cancellationToken).ConfigureAwait(false))
            {
                continue;
            }
            if (CanGo(session))
            {
                await RemoveAsync(session).ConfigureAwait(false);
                return true;
            }
            session.Leave();
        }
        return false;
    }

    private bool CanGo(UploadSession session) =>
        session is { Length: 0, HasEnded: false } && time.GetElapsedTime(session.LastUse) > EmptyExpiration;

    private async Task<bool> TryRemoveAsync(UploadId id, DateTimeOffset oldest, CancellationToken cancellationToken)
    {
        UploadSession? session = _live.GetValueOrDefault(id) ?? await ReviveAsync(id, cancellationToken).ConfigureAwait(false);
        if (session is null)
        {
            // A session leaves the live ones after its folder, so what is there now is nobody's.
            if (!await store.FolderExistsAsync(StorageKeys.Upload(id), cancellationToken).ConfigureAwait(false))
            {
                return false;
            }
            await store.DeleteFolderAsync(StorageKeys.Upload(id), cancellationToken).ConfigureAwait(false);
            Interlocked.Decrement(ref _count);
            return true;
        }
        if (!await session.EnterAsync(TimeSpan.Zero, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }
        // It may have been written to since it was looked at, or be about to begin.
        if (!session.HasEnded && !(await GetLastUseAsync(id, cancellationToken).ConfigureAwait(false) <= oldest))
        {
            session.Leave();
            return false;
        }
        await RemoveAsync(session).ConfigureAwait(false);
        return true;
    }

    // Null where there is no file of it.
    private async Task<DateTimeOffset?> GetLastUseAsync(UploadId id, CancellationToken cancellationToken) =>
        await store.GetLastWriteTimeAsync(StorageKeys.UploadData(id), cancellationToken).ConfigureAwait(false)
        ?? await store.GetLastWriteTimeAsync(StorageKeys.UploadRecord(id), cancellationToken).ConfigureAwait(false);

    private async Task<UploadSession?> ReviveAsync(UploadId id, CancellationToken cancellationToken)
    {
        byte[]? json = await store.ReadAsync(StorageKeys.UploadRecord(id), MaxRecordLength, cancellationToken).ConfigureAwait(false);
        if (json is null || Parse(json) is not { } record || !RepositoryName.TryParse(record.Repository, out RepositoryName repository))
        {
            return null;
        }
        long length = await store.GetLengthAsync(StorageKeys.UploadData(id), cancellationToken).ConfigureAwait(false) ?? 0;
        DigestAlgorithm algorithm = record.Algorithm == "sha512" ? DigestAlgorithm.Sha512 : DigestAlgorithm.Sha256;
        var revived = new UploadSession(id, repository, algorithm, length) { LastUse = time.GetTimestamp() };
        UploadSession session = _live.GetOrAdd(id, revived);
        if (!ReferenceEquals(session, revived))
        {
            revived.Dispose();
        }
        return session;
    }

    // A record is not flushed, so a power cut may leave half of one: then there is no session, and its folder expires.
    private static UploadRecord? Parse(byte[] json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, RegistryJsonContext.Default.UploadRecord);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // Sessions of before a restart count too.
    private async Task CountAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _count) >= 0)
        {
            return;
        }
        await _counting.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_count < 0)
            {
                _count = (await store.ListAsync(StorageKeys.Uploads, cancellationToken).ConfigureAwait(false)).Count;
            }
        }
        finally
        {
            _counting.Release();
        }
    }
}
