using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using Oci.Distribution.AspNetCore.Routing;
using Oci.Distribution.AspNetCore.Storage;
using Oci.Image;

namespace Oci.Distribution.AspNetCore.Uploads;

/// <summary>A blob on its way in: how many bytes there are, and their hash so far.</summary>
/// <remarks>One request writes at a time, inside <see cref="EnterAsync"/>; <see cref="Length"/> may be read beside it.</remarks>
internal sealed class UploadSession : IDisposable
{
    // What is hashed and written in one go. Both run at once, so a batch must be worth a hop between threads.
    private const int BatchSize = 256 * 1024;

    private readonly SemaphoreSlim _gate = new(1);
    private readonly CancellationTokenSource _ended = new();
    private IncrementalHash? _hash;
    private long _length;
    private long _lastUse;

    public UploadSession(UploadId id, RepositoryName repository, DigestAlgorithm algorithm, long length)
    {
        Id = id;
        Repository = repository;
        Algorithm = algorithm;
        _length = length;
        // Bytes from before a restart are hashed when the upload completes.
        _hash = length == 0 ? Digest.CreateHash(algorithm) : null;
    }

    public UploadId Id { get; }

    public RepositoryName Repository { get; }

    /// <summary>What is hashed by on the way in. Another one costs reading the bytes again at the end.</summary>
    public DigestAlgorithm Algorithm { get; private set; }

    /// <summary>How many bytes were taken.</summary>
    public long Length => Interlocked.Read(ref _length);

    /// <summary>The timestamp of when it was last asked for.</summary>
    public long LastUse
    {
        get => Interlocked.Read(ref _lastUse);
        set => Interlocked.Exchange(ref _lastUse, value);
    }

    /// <summary>True once the session was completed or cancelled: a request that waited for it comes too late.</summary>
    public bool HasEnded => _ended.IsCancellationRequested;

    /// <summary>Cancelled when the session is, so that a request that is writing ends.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>Waits for another request that writes; false where it did not end in time.</summary>
    public Task<bool> EnterAsync(TimeSpan timeout, CancellationToken cancellationToken) => _gate.WaitAsync(timeout, cancellationToken);

    public void Leave() => _gate.Release();

    public void End() => _ended.Cancel();

    /// <summary>Hashes by another algorithm, where nothing was taken yet.</summary>
    public void PreferAlgorithm(DigestAlgorithm algorithm)
    {
        if (_length == 0 && algorithm != Algorithm)
        {
            _hash?.Dispose();
            _hash = Digest.CreateHash(algorithm);
            Algorithm = algorithm;
        }
    }

    /// <summary>Takes the rest of a body; false once it goes over <paramref name="maxLength"/>. What was taken stays, also where reading fails.</summary>
    public async Task<bool> AppendAsync(PipeReader body, IStagedObject staged, long maxLength, CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult result = await body.ReadBodyAsync(BatchSize, cancellationToken).ConfigureAwait(false);
            ReadOnlySequence<byte> batch = result.Buffer;
            if (batch.Length > maxLength - _length)
            {
                body.AdvanceTo(batch.Start, batch.End);
                return false;
            }
            if (!batch.IsEmpty)
            {
                await TakeAsync(batch, staged, cancellationToken).ConfigureAwait(false);
            }
            body.AdvanceTo(batch.End);
            if (result.IsCompleted)
            {
                return true;
            }
        }
    }

    /// <summary>Goes back to a length that the session had before.</summary>
    public void Truncate(IStagedObject staged, long length)
    {
        if (length == _length)
        {
            return;
        }
        _hash?.Dispose();
        _hash = null;
        staged.SetLength(length);
        Interlocked.Exchange(ref _length, length);
    }

    /// <summary>The digest of all that was taken.</summary>
    public async Task<Digest> ComputeAsync(DigestAlgorithm algorithm, IStagedObject staged, CancellationToken cancellationToken)
    {
        if (_hash is not null && algorithm == Algorithm)
        {
            return Digest.FromHash(algorithm, _hash.GetCurrentHash());
        }
        using IncrementalHash hash = Digest.CreateHash(algorithm);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BatchSize);
        try
        {
            long offset = 0;
            int count;
            while ((count = await staged.ReadAsync(buffer, offset, cancellationToken).ConfigureAwait(false)) > 0)
            {
                hash.AppendData(buffer.AsSpan(0, count));
                offset += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        return Digest.FromHash(algorithm, hash.GetCurrentHash());
    }

    /// <summary>Frees the hash. The rest holds nothing native, and requests may still look at it.</summary>
    public void Dispose()
    {
        _hash?.Dispose();
        _hash = null;
    }

    private async ValueTask TakeAsync(ReadOnlySequence<byte> batch, IStagedObject staged, CancellationToken cancellationToken)
    {
        ValueTask write = staged.WriteAsync(batch, _length, cancellationToken);
        try
        {
            foreach (ReadOnlyMemory<byte> segment in batch)
            {
                _hash?.AppendData(segment.Span);
            }
        }
        finally
        {
            try
            {
                await write.ConfigureAwait(false);
            }
            catch
            {
                // The hash is ahead of the file now.
                _hash?.Dispose();
                _hash = null;
                throw;
            }
        }
        Interlocked.Add(ref _length, batch.Length);
    }
}
