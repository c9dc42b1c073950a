using System.Buffers;
using Oci.Distribution.AspNetCore.Blobs;
using Oci.Distribution.AspNetCore.Routing;
using Oci.Distribution.AspNetCore.Storage;
using Oci.Distribution.AspNetCore.Uploads;
using Oci.Image;

namespace Oci.Distribution.AspNetCore.Proxying;

/// <summary>One blob on its way from the upstream into the store, and to all clients that wait for it.</summary>
/// <remarks>
/// The last byte is held back until the digest is known to be right, so that no client ever has the whole of a wrong blob.
/// </remarks>
internal sealed class BlobDownload(RepositoryName repository, Descriptor descriptor, IObjectStore store, BlobStore blobs)
{
    private const int BufferSize = 256 * 1024;

    private readonly Lock _lock = new();
    private TaskCompletionSource _progress = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IStagedObject? _staged;
    private long _available;
    private bool _hasEnded;
    private Exception? _failure;
    private int _users = 1;

    public long Size => descriptor.Size;

    /// <summary>Fetches the blob. Fails for everybody or for nobody, so that is not thrown.</summary>
    /// <returns>What went wrong; <see langword="null"/> where the blob is in the store.</returns>
    /// <exception cref="IOException">What was staged cannot be removed. All who wait for the blob were told by then how it ended.</exception>
    public async Task<Exception?> RunAsync(IContentSource source, CancellationToken stopping)
    {
        UploadId id = UploadId.Create();
        Exception? failure = null;
        try
        {
            IStagedObject staged = await store.OpenStagedAsync(StorageKeys.Staged(id), stopping).ConfigureAwait(false);
            _staged = staged;
            Stream content = await source.OpenAsync(descriptor, stopping).ConfigureAwait(false);
            await using (content.ConfigureAwait(false))
            {
                // Sources verify what they give. Where it is not this SDK's own stream that does it, it is done again.
                Stream verified = content as VerifyingStream ?? new VerifyingStream(content, descriptor, leaveOpen: true);
                await CopyAsync(verified, staged, stopping).ConfigureAwait(false);
            }
            await blobs.AddAsync(repository, descriptor.Digest, staged, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            failure = e;
        }
        try
        {
            await store.DeleteAsync(StorageKeys.Staged(id), durable: false, CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            // Whatever came of the delete: clients wait for this.
            Report(failure is null ? Size : _available, failure, hasEnded: true);
            Leave();
        }
        return failure;
    }

    /// <summary>Joins the clients that read; false where the download has just ended, and the store or the error says how.</summary>
    public bool TryJoin()
    {
        lock (_lock)
        {
            if (_users == 0)
            {
                return false;
            }
            _users++;
            return true;
        }
    }

    /// <summary>Ends what <see cref="TryJoin"/> began.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            if (--_users > 0)
            {
                return;
            }
        }
        _staged?.Dispose();
    }

    /// <summary>Waits until more than <paramref name="offset"/> bytes, or all, can be read, and says how many.</summary>
    /// <exception cref="UpstreamException">The download failed.</exception>
    public async ValueTask<long> WaitAsync(long offset, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task progress;
            lock (_lock)
            {
                if (_failure is not null)
                {
                    throw new UpstreamException(_failure);
                }
                if (_available > offset || _hasEnded)
                {
                    return _available;
                }
                progress = _progress.Task;
            }
            await progress.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Waits until the blob is in the store.</summary>
    /// <exception cref="UpstreamException">The download failed.</exception>
    public async Task WaitForEndAsync(CancellationToken cancellationToken) =>
        await WaitAsync(Size, cancellationToken).ConfigureAwait(false);

    /// <summary>Reads bytes that <see cref="WaitAsync"/> said are there.</summary>
    public ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken) =>
        _staged!.ReadAsync(buffer, offset, cancellationToken);

    private async Task CopyAsync(Stream content, IStagedObject staged, CancellationToken stopping)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            long written = 0;
            int count;
            while ((count = await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, stopping).ConfigureAwait(false)) > 0)
            {
                await staged.WriteAsync(new ReadOnlySequence<byte>(buffer, 0, count), written, stopping).ConfigureAwait(false);
                written += count;
                Report(Math.Min(written, Size - 1), null, hasEnded: false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Report(long available, Exception? failure, bool hasEnded)
    {
        TaskCompletionSource waiting;
        lock (_lock)
        {
            _available = available;
            _failure = failure;
            _hasEnded = hasEnded;
            waiting = _progress;
            if (!hasEnded)
            {
                _progress = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
        waiting.TrySetResult();
    }
}
