using System.Net;
using Oci.Distribution.Http;
using Oci.Image;

namespace Oci.Distribution.Uploads;

/// <summary>Pushes blobs whose digest is known: asks first, mounts, sends in one request or in chunks, and goes on after a break.</summary>
internal sealed class BlobUploader(Repository repository, RegistryTransport transport)
{
    // Up to here a blob is read into memory, so that the request can simply be sent again.
    private const int MaxSmallBlob = 256 * 1024;

    // More than this between two breaks is progress, and the count of breaks begins anew.
    private const long Progress = 1024 * 1024;

    public async Task<PushOutcome> PushAsync(Descriptor descriptor, Func<CancellationToken, ValueTask<Stream>> open, bool ownsContent, PushBlobOptions options, CancellationToken cancellationToken)
    {
        if (!options.SkipExistsCheck && await repository.Blobs.ExistsAsync(descriptor.Digest, cancellationToken).ConfigureAwait(false))
        {
            return PushOutcome.AlreadyThere;
        }
        UploadSession? session = options.MountFrom is string from
            ? await UploadSession.MountAsync(repository, transport, descriptor.Digest, from, cancellationToken).ConfigureAwait(false)
            : await UploadSession.StartAsync(repository, transport, cancellationToken).ConfigureAwait(false);
        if (session is null)
        {
            return PushOutcome.Mounted;
        }
        var upload = new Upload(descriptor, options.Chunked, isVerified: ownsContent, session);
        var source = new UploadSource(open, ownsContent);
        await using (source.ConfigureAwait(false))
        {
            try
            {
                await SendAsync(upload, source, cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                await upload.Session.CancelAsync().ConfigureAwait(false);
                throw;
            }
        }
        return PushOutcome.Pushed;
    }

    private async Task SendAsync(Upload upload, UploadSource source, CancellationToken cancellationToken)
    {
        int breaks = 0;
        long offset = 0;
        bool isResumed = false;
        while (true)
        {
            Stream content = await source.OpenAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                await SendOnceAsync(upload, content, offset, isResumed, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (RegistryException e) when ((e.IsTransient || (isResumed && IsOutOfStep(e))) && breaks < transport.MaxRetries && source.CanReopen)
            {
                await transport.DelayAsync(breaks++, cancellationToken).ConfigureAwait(false);
            }
            long? stored = await upload.Session.GetOffsetAsync(cancellationToken).ConfigureAwait(false);
            if (stored is null && await repository.Blobs.ExistsAsync(upload.Descriptor.Digest, cancellationToken).ConfigureAwait(false))
            {
                // The answer to the last request was lost, not the request.
                return;
            }
            if (stored is null || stored > upload.Descriptor.Size)
            {
                await upload.Session.CancelAsync().ConfigureAwait(false);
                upload.Session = await UploadSession.StartAsync(repository, transport, cancellationToken).ConfigureAwait(false);
                stored = 0;
            }
            breaks = stored - offset > Progress ? 0 : breaks;
            offset = stored.Value;
            isResumed = true;
            transport.Logger.ResumingUpload(UriRules.WithoutSecrets(upload.Session.Location), offset);
            RegistryTelemetry.Resumes.Add(1);
        }
    }

    // Bytes of the connection that broke may have reached the registry after it was asked how many it has.
    private static bool IsOutOfStep(RegistryException e) =>
        e.StatusCode is HttpStatusCode.RequestedRangeNotSatisfiable || e.Errors.Any(error => error.Code is "DIGEST_INVALID");

    private async Task SendOnceAsync(Upload upload, Stream content, long offset, bool isResumed, CancellationToken cancellationToken)
    {
        Descriptor descriptor = upload.Descriptor;
        Stream verified = upload.IsVerified ? content : new VerifyingStream(content, descriptor, leaveOpen: true);
        try
        {
            await SkipAsync(verified, offset, cancellationToken).ConfigureAwait(false);
            long rest = descriptor.Size - offset;
            if (rest <= MaxSmallBlob)
            {
                await CompleteSmallAsync(upload, verified, offset, (int)rest, isResumed, cancellationToken).ConfigureAwait(false);
            }
            else if (upload.Chunked)
            {
                await SendChunksAsync(upload, verified, offset, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await CompleteStreamedAsync(upload, verified, offset, rest, isResumed, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            if (!upload.IsVerified)
            {
                await verified.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private static async Task CompleteSmallAsync(Upload upload, Stream verified, long offset, int rest, bool isResumed, CancellationToken cancellationToken)
    {
        // One byte more, so that the end is read, and a mismatch told.
        var bytes = new byte[rest + 1];
        int read = await verified.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        var content = new ByteArrayContent(bytes, 0, read);
        if (isResumed && read > 0)
        {
            UploadSession.SetRange(content, offset, read);
        }
        await upload.Session.CompleteAsync(content, upload.Descriptor.Digest, cancellationToken).ConfigureAwait(false);
    }

    private async Task CompleteStreamedAsync(Upload upload, Stream verified, long offset, long rest, bool isResumed, CancellationToken cancellationToken)
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
            await upload.Session.CompleteAsync(content, upload.Descriptor.Digest, both.Token).ConfigureAwait(false);
        }
        catch (Exception) when (content.SourceError is { SourceException: not OperationCanceledException })
        {
            content.SourceError.Throw();
        }
        catch (OperationCanceledException e) when (both.IsCancellationRequested)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new RegistryException($"All was sent, and no answer came within {transport.ResponseTimeout.TotalSeconds:0.#} seconds.", HttpMethod.Put, upload.Session.Location, innerException: e) { IsTransient = true };
        }
        finally
        {
            // Who goes on reads the same source, from where the registry is.
            await content.EndAsync().ConfigureAwait(false);
        }
    }

    private async Task SendChunksAsync(Upload upload, Stream verified, long offset, CancellationToken cancellationToken)
    {
        var sender = new ChunkSender(upload.Session, transport, offset);
        var buffer = new byte[ChunkSender.GetChunkSize(upload.Session, transport)];
        while (true)
        {
            int read = await verified.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                break;
            }
            await sender.SendAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
        }
        await upload.Session.CompleteAsync(null, upload.Descriptor.Digest, cancellationToken).ConfigureAwait(false);
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

    private sealed class Upload(Descriptor descriptor, bool chunked, bool isVerified, UploadSession session)
    {
        public Descriptor Descriptor { get; } = descriptor;

        public bool Chunked { get; } = chunked;

        /// <summary>Whether the content verifies itself, so that it need not be hashed twice.</summary>
        public bool IsVerified { get; } = isVerified;

        public UploadSession Session { get; set; } = session;
    }
}
