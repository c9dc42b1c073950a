using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Oci.Distribution.AspNetCore.Blobs;
using Oci.Distribution.AspNetCore.Errors;
using Oci.Distribution.AspNetCore.Routing;
using Oci.Distribution.AspNetCore.Storage;
using Oci.Image;

namespace Oci.Distribution.AspNetCore.Uploads;

/// <summary><c>/v2/NAME/blobs/uploads/SESSION</c>: status, chunks, completion and cancel (end-5, end-6, end-13, end-14).</summary>
internal sealed class UploadEndpoints(UploadSessions sessions, BlobStore blobs, IOptions<OciRegistryOptions> options)
{
    // A request that lost its connection may hold the session until the server notices; its successor waits this long.
    private static readonly TimeSpan BusyTimeout = TimeSpan.FromSeconds(5);

    // Who asks for the status has often just lost a connection whose last bytes are still being taken.
    private static readonly TimeSpan SettlingTimeout = TimeSpan.FromSeconds(1);

    public async Task GetAsync(RegistryCall call)
    {
        UploadSession? session = await sessions.FindAsync(call.Repository, call.Argument, call.Cancellation).ConfigureAwait(false);
        bool isEntered = session is not null && await session.EnterAsync(SettlingTimeout, call.Cancellation).ConfigureAwait(false);
        try
        {
            if (session is null || session.HasEnded)
            {
                await RegistryError.UploadUnknown().WriteAsync(call.Context).ConfigureAwait(false);
                return;
            }
            AnswerStatus(call, session, StatusCodes.Status204NoContent);
        }
        finally
        {
            if (isEntered)
            {
                session!.Leave();
            }
        }
    }

    public Task PatchAsync(RegistryCall call) => WithSessionAsync(call, async session =>
    {
        using IStagedObject staged = await sessions.OpenAsync(session, call.Cancellation).ConfigureAwait(false);
        if (await AppendAsync(call, session, staged).ConfigureAwait(false))
        {
            AnswerStatus(call, session, StatusCodes.Status202Accepted);
        }
    });

    public Task PutAsync(RegistryCall call) => WithSessionAsync(call, async session =>
    {
        string text = call.Request.Query["digest"].ToString();
        if (!Digest.TryParse(text, out Digest digest) || !digest.IsComputable)
        {
            await RegistryError.DigestInvalid(text).WriteAsync(call.Context).ConfigureAwait(false);
            return;
        }
        session.PreferAlgorithm(digest.Algorithm);
        using IStagedObject staged = await sessions.OpenAsync(session, call.Cancellation).ConfigureAwait(false);
        if (await AppendAsync(call, session, staged).ConfigureAwait(false))
        {
            await CompleteAsync(call, session, staged, digest).ConfigureAwait(false);
        }
    });

    public async Task DeleteAsync(RegistryCall call)
    {
        UploadSession? session = await sessions.FindAsync(call.Repository, call.Argument, call.Cancellation).ConfigureAwait(false);
        session?.End();
        if (session is null || !await session.EnterAsync(BusyTimeout, call.Cancellation).ConfigureAwait(false))
        {
            await RegistryError.UploadUnknown().WriteAsync(call.Context).ConfigureAwait(false);
            return;
        }
        await sessions.RemoveAsync(session).ConfigureAwait(false);
        call.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>Takes the body of a POST as the whole blob (end-4b), in a session that no other request knows.</summary>
    public async Task PostWholeAsync(RegistryCall call, UploadSession session, Digest digest)
    {
        // Not cancellable, so that no session is left behind; nobody else knows it, so this does not wait.
        await session.EnterAsync(Timeout.InfiniteTimeSpan, CancellationToken.None).ConfigureAwait(false);
        try
        {
            using IStagedObject staged = await sessions.OpenAsync(session, call.Cancellation).ConfigureAwait(false);
            if (await AppendAsync(call, session, staged).ConfigureAwait(false))
            {
                await CompleteAsync(call, session, staged, digest).ConfigureAwait(false);
            }
        }
        finally
        {
            await sessions.RemoveAsync(session).ConfigureAwait(false);
        }
    }

    public static void AnswerStatus(RegistryCall call, UploadSession session, int statusCode)
    {
        long length = session.Length;
        call.Response.StatusCode = statusCode;
        call.Response.Headers.Location = call.PathOf($"blobs/uploads/{session.Id}");
        // The last byte, inclusive; where there is none yet, clients know "0-0" from the first registry there was.
        call.Response.Headers.Range = $"0-{Math.Max(0, length - 1)}";
        call.Response.Headers["Docker-Upload-UUID"] = session.Id.ToString();
        if (statusCode != StatusCodes.Status204NoContent)
        {
            call.Response.ContentLength = 0;
        }
    }

    private async Task WithSessionAsync(RegistryCall call, Func<UploadSession, Task> work)
    {
        UploadSession? session = await sessions.FindAsync(call.Repository, call.Argument, call.Cancellation).ConfigureAwait(false);
        if (session is null)
        {
            await RegistryError.UploadUnknown().WriteAsync(call.Context).ConfigureAwait(false);
            return;
        }
        if (!await session.EnterAsync(BusyTimeout, call.Cancellation).ConfigureAwait(false))
        {
            await new RegistryError(StatusCodes.Status409Conflict, ErrorCodes.BlobUploadInvalid, "Another request is writing to this upload session. Ask for its status, and go on where it ends.").WriteAsync(call.Context).ConfigureAwait(false);
            return;
        }
        try
        {
            if (session.HasEnded)
            {
                await RegistryError.UploadUnknown().WriteAsync(call.Context).ConfigureAwait(false);
                return;
            }
            await work(session).ConfigureAwait(false);
        }
        finally
        {
            if (session.HasEnded)
            {
                await sessions.RemoveAsync(session).ConfigureAwait(false);
            }
            else
            {
                session.Leave();
            }
        }
    }

    // Answers itself where it returns false.
    private async Task<bool> AppendAsync(RegistryCall call, UploadSession session, IStagedObject staged)
    {
        ChunkRange? range = null;
        long before = session.Length;
        if (call.Request.Headers.ContentRange.Count > 0)
        {
            if (!ChunkRange.TryParse(call.Request.Headers.ContentRange.ToString(), out ChunkRange parsed) || parsed.Start != before)
            {
                AnswerStatus(call, session, StatusCodes.Status416RangeNotSatisfiable);
                return false;
            }
            if (call.Request.ContentLength is long announced && announced != parsed.Length)
            {
                await RegistryError.SizeInvalid(StatusCodes.Status400BadRequest, $"Content-Range says {parsed.Length} bytes and Content-Length {announced}.").WriteAsync(call.Context).ConfigureAwait(false);
                return false;
            }
            range = parsed;
        }
        long maxLength = Math.Min(options.Value.MaxBlobSize, range is { } chunk ? before + chunk.Length : long.MaxValue);
        if (before + (call.Request.ContentLength ?? 0) > options.Value.MaxBlobSize)
        {
            await TooLarge(options.Value.MaxBlobSize).WriteAsync(call.Context).ConfigureAwait(false);
            return false;
        }
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(call.Cancellation, session.Ended);
        try
        {
            bool fits = await session.AppendAsync(call.Request.BodyReader, staged, maxLength, cancellation.Token).ConfigureAwait(false);
            if (!fits && range is null)
            {
                await TooLarge(options.Value.MaxBlobSize).WriteAsync(call.Context).ConfigureAwait(false);
                return false;
            }
            if (!fits || range is { } whole && session.Length - before != whole.Length)
            {
                session.Truncate(staged, before);
                await RegistryError.SizeInvalid(StatusCodes.Status400BadRequest, $"The chunk has not the {range!.Value.Length} bytes that its Content-Range says.").WriteAsync(call.Context).ConfigureAwait(false);
                return false;
            }
            return true;
        }
        catch (OperationCanceledException) when (session.HasEnded && !call.Cancellation.IsCancellationRequested)
        {
            await RegistryError.UploadUnknown().WriteAsync(call.Context).ConfigureAwait(false);
            return false;
        }
        finally
        {
            call.AddReceived(session.Length - before);
        }
    }

    private async Task CompleteAsync(RegistryCall call, UploadSession session, IStagedObject staged, Digest digest)
    {
        Digest actual = await session.ComputeAsync(digest.Algorithm, staged, call.Cancellation).ConfigureAwait(false);
        // Whatever comes of it, the session is over: its bytes move to the store, and a second try would find none of them.
        session.End();
        if (actual != digest)
        {
            await new RegistryError(StatusCodes.Status400BadRequest, new ErrorEntry(ErrorCodes.DigestInvalid, $"The {session.Length} bytes have the digest {actual}. Start the upload again.", RegistryError.DetailOf(digest)))
                .WriteAsync(call.Context).ConfigureAwait(false);
            return;
        }
        // Not cancellable: all is here and right, so a client that lost its connection finds the blob when it asks.
        await blobs.AddAsync(call.Repository, digest, staged, CancellationToken.None).ConfigureAwait(false);
        call.AnswerBlobCreated(digest);
    }

    private static RegistryError TooLarge(long limit) =>
        RegistryError.SizeInvalid(StatusCodes.Status413PayloadTooLarge, $"A blob may have {limit} bytes at most here.");
}
