using Microsoft.AspNetCore.Http;
using Oci.Distribution.AspNetCore.Errors;
using Oci.Distribution.AspNetCore.Routing;
using Oci.Distribution.AspNetCore.Storage;
using Oci.Image;

namespace Oci.Distribution.AspNetCore.Blobs;

/// <summary><c>/v2/NAME/blobs/DIGEST</c>: pull, check and delete (end-2 and end-10 of distribution-spec).</summary>
internal sealed class BlobEndpoints(BlobStore blobs)
{
    // Chunks of this size, read straight into the response's own buffer.
    private const int ChunkSize = 256 * 1024;

    public async Task HeadAsync(RegistryCall call)
    {
        if (!Digest.TryParse(call.Argument, out Digest digest))
        {
            await RegistryError.DigestInvalid(call.Argument).WriteAsync(call.Context).ConfigureAwait(false);
            return;
        }
        long? length = await blobs.CheckAsync(call.Repository, digest, call.Cancellation).ConfigureAwait(false);
        if (length is null)
        {
            await RegistryError.BlobUnknown(digest).WriteAsync(call.Context).ConfigureAwait(false);
            return;
        }
        SetHeaders(call.Response, digest);
        if (!call.Response.TryAnswerNotModified(digest))
        {
            call.Response.ContentLength = length;
        }
    }

    public async Task GetAsync(RegistryCall call)
    {
        if (!Digest.TryParse(call.Argument, out Digest digest))
        {
            await RegistryError.DigestInvalid(call.Argument).WriteAsync(call.Context).ConfigureAwait(false);
            return;
        }
        using IObjectReader? content = await blobs.OpenAsync(call.Repository, digest, call.Cancellation).ConfigureAwait(false);
        if (content is null)
        {
            await RegistryError.BlobUnknown(digest).WriteAsync(call.Context).ConfigureAwait(false);
            return;
        }
        SetHeaders(call.Response, digest);
        if (call.Response.TryAnswerNotModified(digest))
        {
            return;
        }
        var range = new ByteRange(0, content.Length);
        if (call.Request.Headers.Range.Count > 0 && AppliesRange(call.Request, digest))
        {
            switch (ByteRange.Parse(call.Request.Headers.Range.ToString(), content.Length, out ByteRange part))
            {
                case ByteRangeResult.NotSatisfiable:
                    call.Response.Headers.ContentRange = $"bytes */{content.Length}";
                    await RegistryError.SizeInvalid(StatusCodes.Status416RangeNotSatisfiable, $"The range is not one of the blob's {content.Length} bytes.").WriteAsync(call.Context).ConfigureAwait(false);
                    return;
                case ByteRangeResult.Part:
                    range = part;
                    call.Response.StatusCode = StatusCodes.Status206PartialContent;
                    call.Response.Headers.ContentRange = $"bytes {range.Offset}-{range.Offset + range.Length - 1}/{content.Length}";
                    break;
            }
        }
        call.Response.ContentLength = range.Length;
        await CopyAsync(content, range, call).ConfigureAwait(false);
    }

    public async Task DeleteAsync(RegistryCall call)
    {
        if (!Digest.TryParse(call.Argument, out Digest digest))
        {
            await RegistryError.DigestInvalid(call.Argument).WriteAsync(call.Context).ConfigureAwait(false);
            return;
        }
        if (!await blobs.DeleteAsync(call.Repository, digest, call.Cancellation).ConfigureAwait(false))
        {
            await RegistryError.BlobUnknown(digest).WriteAsync(call.Context).ConfigureAwait(false);
            return;
        }
        call.Response.StatusCode = StatusCodes.Status202Accepted;
        call.Response.ContentLength = 0;
    }

    internal static void SetHeaders(HttpResponse response, Digest digest)
    {
        response.ContentType = "application/octet-stream";
        response.Headers.AcceptRanges = "bytes";
        response.SetDigest(digest);
    }

    // RFC 9110, section 13.1.5: a validator that is not this blob's makes the range void.
    private static bool AppliesRange(HttpRequest request, Digest digest) =>
        request.Headers.IfRange.Count == 0 || request.Headers.IfRange.ToString() == $"\"{digest}\"";

    private static async Task CopyAsync(IObjectReader content, ByteRange range, RegistryCall call)
    {
        long offset = range.Offset;
        long end = range.Offset + range.Length;
        while (offset < end)
        {
            Memory<byte> buffer = call.Response.BodyWriter.GetMemory((int)Math.Min(ChunkSize, end - offset));
            buffer = buffer[..(int)Math.Min(buffer.Length, end - offset)];
            int count = await content.ReadAsync(buffer, offset, call.Cancellation).ConfigureAwait(false);
            if (count == 0)
            {
                throw new InvalidDataException($"The blob {call.Argument} ended at {offset} of {end} bytes: the registry's store was changed from outside.");
            }
            call.Response.BodyWriter.Advance(count);
            offset += count;
            await call.Response.BodyWriter.FlushAsync(call.Cancellation).ConfigureAwait(false);
        }
    }
}
