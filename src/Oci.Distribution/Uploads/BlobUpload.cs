using System.Net;
using Oci.Distribution.Http;
using Oci.Image;

namespace Oci.Distribution.Uploads;

/// <summary>One blob on its way into a session: in one request or in chunks, going on after a break.</summary>
internal sealed class BlobUpload(Repository repository, RegistryTransport transport, Descriptor descriptor, UploadSession session, UploadSource source, PushBlobOptions options)
{
    /// <summary>Up to here a blob is read into memory, so that the request can simply be sent again.</summary>
    public const int MaxSmallBlob = 256 * 1024;

    // More than this between two breaks is progress, and the count of breaks begins anew.
    private const long Progress = 1024 * 1024;

    /// <summary>Reads what is left of a blob, and its end, so that a mismatch is told.</summary>
    public static async Task<byte[]> ReadSmallAsync(Stream verified, int count, CancellationToken cancellationToken)
    {
        var bytes = new byte[count + 1];
        int read = await verified.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return bytes[..read];
    }

    /// <summary>Sends the blob. Where that fails, the session is cancelled, unless it is to be kept.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Watch();
        try
        {
            bool isResumed = options.ResumeAt is not null;
            if ((isResumed ? await FindOffsetAsync(cancellationToken).ConfigureAwait(false) : 0) is long offset)
            {
                await SendAsync(offset, isResumed, cancellationToken).ConfigureAwait(false);
            }
        }
        catch when (!options.KeepSession)
        {
            await session.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    private void Watch()
    {
        session.Moved = options.SessionMoved;
        session.Moved?.Invoke(session.Location);
    }

    private async Task SendAsync(long offset, bool isResumed, CancellationToken cancellationToken)
    {
        int breaks = 0;
        while (true)
        {
            Stream content = await source.OpenAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                await SendOnceAsync(content, offset, isResumed, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (RegistryException e) when ((e.IsTransient || (isResumed && IsOutOfStep(e))) && breaks < transport.MaxRetries && source.CanReopen)
            {
                await transport.DelayAsync(breaks++, cancellationToken).ConfigureAwait(false);
            }
            if (await FindOffsetAsync(cancellationToken).ConfigureAwait(false) is not long stored)
            {
                // The answer to the last request was lost, not the request.
                return;
            }
            breaks = stored - offset > Progress ? 0 : breaks;
            offset = stored;
            isResumed = true;
            transport.Logger.ResumingUpload(UriRules.WithoutSecrets(session.Location), offset);
            RegistryTelemetry.Resumes.Add(1);
        }
    }

    // Null where the blob is there. Where the session is gone, or cannot be this blob's, a new one is opened.
    private async Task<long?> FindOffsetAsync(CancellationToken cancellationToken)
    {
        long? stored = await session.GetOffsetAsync(cancellationToken).ConfigureAwait(false);
        if (stored is null && await repository.Blobs.ExistsAsync(descriptor.Digest, cancellationToken).ConfigureAwait(false))
        {
            return null;
        }
        if (stored is null || stored > descriptor.Size)
        {
            await session.CancelAsync().ConfigureAwait(false);
            session = await new UploadOpener(repository, transport).StartAsync(descriptor.Digest.Algorithm, cancellationToken).ConfigureAwait(false);
            Watch();
            stored = 0;
        }
        return stored;
    }

    // Bytes of the connection that broke may have reached the registry after it was asked how many it has.
    private static bool IsOutOfStep(RegistryException e) =>
        e.StatusCode is HttpStatusCode.RequestedRangeNotSatisfiable || e.Errors.Any(error => error.Code is "DIGEST_INVALID");

    private async Task SendOnceAsync(Stream content, long offset, bool isResumed, CancellationToken cancellationToken)
    {
        Stream verified = source.IsVerified ? content : new VerifyingStream(content, descriptor, leaveOpen: true);
        try
        {
            await SkipAsync(verified, offset, cancellationToken).ConfigureAwait(false);
            long rest = descriptor.Size - offset;
            if (rest <= MaxSmallBlob)
            {
                await CompleteSmallAsync(verified, offset, (int)rest, isResumed, cancellationToken).ConfigureAwait(false);
            }
            else if (options.Chunked)
            {
                await SendChunksAsync(verified, offset, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await CompleteStreamedAsync(verified, offset, rest, isResumed, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            if (!source.IsVerified)
            {
                await verified.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task CompleteSmallAsync(Stream verified, long offset, int rest, bool isResumed, CancellationToken cancellationToken)
    {
        byte[] bytes = await ReadSmallAsync(verified, rest, cancellationToken).ConfigureAwait(false);
        var content = new ByteArrayContent(bytes);
        if (isResumed && rest > 0)
        {
            UploadSession.SetRange(content, offset, rest);
        }
        await session.CompleteAsync(content, descriptor.Digest, cancellationToken).ConfigureAwait(false);
    }

    private async Task CompleteStreamedAsync(Stream verified, long offset, long rest, bool isResumed, CancellationToken cancellationToken)
    {
        using var timer = new IdleTimer(transport.IdleTimeout, transport.TimeProvider);
        using var answerTimeout = new CancellationTokenSource(Timeout.InfiniteTimeSpan, transport.TimeProvider);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, answerTimeout.Token);
        var content = new UploadContent(verified, rest, timer) { Sent = () => answerTimeout.CancelAfter(transport.ResponseTimeout) };
        if (isResumed)
        {
            // From 0 as well: the registry then refuses what would not follow on what it has.
            UploadSession.SetRange(content, offset, rest);
        }
        try
        {
            await session.CompleteAsync(content, descriptor.Digest, both.Token).ConfigureAwait(false);
        }
        catch (Exception) when (content.SourceError is { SourceException: not OperationCanceledException })
        {
            content.SourceError.Throw();
        }
        catch (OperationCanceledException e) when (both.IsCancellationRequested)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new RegistryException($"All was sent, and no answer came within {transport.ResponseTimeout.TotalSeconds:0.#} seconds.", HttpMethod.Put, session.Location, innerException: e) { IsTransient = true };
        }
        finally
        {
            // Who goes on reads the same source, from where the registry is.
            await content.EndAsync().ConfigureAwait(false);
        }
    }

    private async Task SendChunksAsync(Stream verified, long offset, CancellationToken cancellationToken)
    {
        var sender = new ChunkSender(session, transport, offset);
        // One byte more than is left, so that the end of the source, where it verifies, is seen before the last chunk is sent.
        var buffer = new byte[Math.Min(ChunkSender.GetChunkSize(session, transport), descriptor.Size - offset + 1)];
        while (true)
        {
            int read = await verified.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                break;
            }
            await sender.SendAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
        }
        await session.CompleteAsync(null, descriptor.Digest, cancellationToken).ConfigureAwait(false);
    }

    private static async Task SkipAsync(Stream verified, long count, CancellationToken cancellationToken)
    {
        if (count == 0)
        {
            return;
        }
        var buffer = new byte[64 * 1024];
        while (count > 0)
        {
            int read = await verified.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, count)), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return;
            }
            count -= read;
        }
    }
}
