using System.Buffers;
using System.Net;
using System.Runtime.ExceptionServices;
using Oci.Distribution.Http;

namespace Oci.Distribution.Uploads;

/// <summary>A body that streams. It can be sent once, and no handler sends it again.</summary>
/// <remarks>
/// Reads one buffer ahead, so that what comes last is sent only after the source, which verifies,
/// has told that it is at its end: bad content is never sent whole.
/// </remarks>
internal sealed class UploadContent(Stream source, long length, IdleTimer timer) : HttpContent
{
    // Large enough that a system call is cheap against hashing it, small enough to stay in the CPU's cache.
    private const int BufferSize = 256 * 1024;

    private readonly CancellationTokenSource _end = new();
    private Task? _sending;

    /// <summary>What the source threw, which the HTTP stack would wrap beyond recognition.</summary>
    public ExceptionDispatchInfo? SourceError { get; private set; }

    /// <summary>Whether sending began. Until then a registry that refused the head can be answered.</summary>
    public bool IsStarted => _sending is not null;

    /// <summary>Called when all was sent and only the answer is awaited.</summary>
    public Action? Sent { get; init; }

    protected override bool TryComputeLength(out long computed)
    {
        computed = length;
        return true;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        _sending = SendAsync(stream, cancellationToken);

    /// <summary>Ends the reading of the source and waits for its end: a request that failed, or was answered early, may still be sent.</summary>
    public async Task EndAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        if (_sending is Task sending)
        {
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _end.Cancel();
        }
        base.Dispose(disposing);
    }

    private async Task SendAsync(Stream stream, CancellationToken requestToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(requestToken, _end.Token);
        CancellationToken cancellationToken = either.Token;
        byte[] current = ArrayPool<byte>.Shared.Rent(BufferSize);
        byte[] next = ArrayPool<byte>.Shared.Rent(BufferSize);
        Task<int>? reading = null;
        try
        {
            int count = await ReadAsync(current, cancellationToken).ConfigureAwait(false);
            long sent = 0;
            while (count > 0)
            {
                // Reading hashes, writing waits for the peer: each on its own thread.
                byte[] target = next;
                reading = Task.Run(() => ReadAsync(target, cancellationToken), cancellationToken);
                int end = sent + count >= length ? await reading.ConfigureAwait(false) : -1;
                await timer.WriteAsync(stream, current.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                RegistryTelemetry.Pushed.Add(count);
                sent += count;
                count = end >= 0 ? end : await reading.ConfigureAwait(false);
                (current, next) = (next, current);
            }
            Sent?.Invoke();
        }
        finally
        {
            if (reading is { IsCompleted: false })
            {
                // The buffer is still being filled; it must not go back before that ends.
                await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            ArrayPool<byte>.Shared.Return(current);
            ArrayPool<byte>.Shared.Return(next);
        }
    }

    private async Task<int> ReadAsync(byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await source.ReadAtLeastAsync(buffer.AsMemory(0, BufferSize), BufferSize, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            SourceError = ExceptionDispatchInfo.Capture(e);
            throw;
        }
    }
}
