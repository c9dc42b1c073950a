using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Oci.Distribution.AspNetCore.Blobs;
using Oci.Distribution.AspNetCore.Errors;
using Oci.Distribution.AspNetCore.Routing;
using Oci.Distribution.AspNetCore.Storage;
using Oci.Image;

namespace Oci.Distribution.AspNetCore.Proxying;

/// <summary>GET and HEAD of a blob in a pull-through cache: from the store, or from the upstream through the store.</summary>
internal sealed class ProxyBlobEndpoint(BlobEndpoints local, BlobStore blobs, IObjectStore store, AnnouncedBlobs announced, BlobDownloads downloads, IOptions<OciRegistryOptions> options)
{
    private const int ChunkSize = 256 * 1024;

    public async Task HeadAsync(RegistryCall call)
    {
        if (await FindAsync(call).ConfigureAwait(false) is not (IContentSource source, Descriptor descriptor))
        {
            await local.HeadAsync(call).ConfigureAwait(false);
            return;
        }
        bool exists;
        try
        {
            exists = await source.ExistsAsync(descriptor, call.Cancellation).ConfigureAwait(false);
        }
        catch (Exception) when (!call.Cancellation.IsCancellationRequested)
        {
            await RegistryError.UpstreamUnavailable().WriteAsync(call.Context).ConfigureAwait(false);
            return;
        }
        if (!exists)
        {
            await RegistryError.BlobUnknown(descriptor.Digest).WriteAsync(call.Context).ConfigureAwait(false);
            return;
        }
        BlobEndpoints.SetHeaders(call.Response, descriptor.Digest);
        call.Response.ContentLength = descriptor.Size;
    }

    public async Task GetAsync(RegistryCall call)
    {
        if (await FindAsync(call).ConfigureAwait(false) is not (IContentSource source, Descriptor descriptor)
            || await TryMountAsync(call, source, descriptor).ConfigureAwait(false))
        {
            await local.GetAsync(call).ConfigureAwait(false);
            return;
        }
        BlobDownload? download = downloads.Join(call.Repository, descriptor, source);
        if (download is null)
        {
            call.Response.Headers.RetryAfter = "5";
            await new RegistryError(StatusCodes.Status429TooManyRequests, ErrorCodes.TooManyRequests, $"{options.Value.MaxUpstreamDownloads} blobs are being fetched from the upstream, and no more are permitted at a time. Try again.").WriteAsync(call.Context).ConfigureAwait(false);
            return;
        }
        try
        {
            await ServeAsync(call, descriptor, download).ConfigureAwait(false);
        }
        catch (UpstreamException e) when (!call.Response.HasStarted)
        {
            RegistryError error = e.InnerException is ContentNotFoundException ? RegistryError.BlobUnknown(descriptor.Digest) : RegistryError.UpstreamUnavailable();
            call.Response.Clear();
            await error.WriteAsync(call.Context).ConfigureAwait(false);
        }
        catch (UpstreamException)
        {
            // Part of it is sent, and the rest is missing or wrong: the client must not take it for the whole.
            call.Context.Abort();
        }
        finally
        {
            download.Leave();
        }
    }

    private async Task ServeAsync(RegistryCall call, Descriptor descriptor, BlobDownload download)
    {
        // A part may begin anywhere: it is served once the whole is there.
        if (call.Request.Headers.Range.Count > 0 || call.Request.Headers.IfNoneMatch.Count > 0)
        {
            await download.WaitForEndAsync(call.Cancellation).ConfigureAwait(false);
            await local.GetAsync(call).ConfigureAwait(false);
            return;
        }
        long available = await download.WaitAsync(0, call.Cancellation).ConfigureAwait(false);
        BlobEndpoints.SetHeaders(call.Response, descriptor.Digest);
        call.Response.ContentLength = descriptor.Size;
        long offset = 0;
        while (offset < descriptor.Size)
        {
            if (offset == available)
            {
                available = await download.WaitAsync(offset, call.Cancellation).ConfigureAwait(false);
            }
            int count = (int)Math.Min(ChunkSize, available - offset);
            Memory<byte> buffer = call.Response.BodyWriter.GetMemory(count);
            count = await download.ReadAsync(buffer[..Math.Min(count, buffer.Length)], offset, call.Cancellation).ConfigureAwait(false);
            if (count == 0)
            {
                throw new InvalidDataException($"The blob {descriptor.Digest} ended at {offset} of {descriptor.Size} bytes: the registry's store was changed from outside.");
            }
            call.Response.BodyWriter.Advance(count);
            offset += count;
            await call.Response.BodyWriter.FlushAsync(call.Cancellation).ConfigureAwait(false);
        }
    }

    // What another repository of the cache has need not be fetched again, once the upstream says that this one has it too.
    private async Task<bool> TryMountAsync(RegistryCall call, IContentSource source, Descriptor descriptor)
    {
        if (await store.GetLengthAsync(StorageKeys.Content(descriptor.Digest), call.Cancellation).ConfigureAwait(false) is null)
        {
            return false;
        }
        try
        {
            return await source.ExistsAsync(descriptor, call.Cancellation).ConfigureAwait(false)
                && await blobs.TryMountAsync(call.Repository, null, descriptor.Digest, call.Cancellation).ConfigureAwait(false);
        }
        catch (Exception) when (!call.Cancellation.IsCancellationRequested)
        {
            // The download that follows fails as well, and tells so.
            return false;
        }
    }

    // Where to fetch it from; null where the store has it, and where nothing tells of it.
    private async Task<(IContentSource Source, Descriptor Descriptor)?> FindAsync(RegistryCall call)
    {
        if (!Digest.TryParse(call.Argument, out Digest digest) || !digest.IsComputable
            || await blobs.GetLengthAsync(call.Repository, digest, call.Cancellation).ConfigureAwait(false) is not null
            || await announced.FindAsync(call.Repository, digest, call.Cancellation).ConfigureAwait(false) is not { } descriptor
            || descriptor.Size > options.Value.MaxBlobSize
            || options.Value.Upstream!(call.Repository.ToString()) is not { } source)
        {
            return null;
        }
        return (source, descriptor);
    }
}
