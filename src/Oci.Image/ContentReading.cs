using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Oci.Image;

/// <summary>Reads content from a stream that need not be verified yet.</summary>
internal static class ContentReading
{
    // As large as inflate and hash like it (measured: 64 KiB is where GZipStream reaches its full speed).
    private const int BufferSize = 128 * 1024;

    public static Stream ToStream(ReadOnlyMemory<byte> content) =>
        MemoryMarshal.TryGetArray(content, out ArraySegment<byte> segment)
            ? new MemoryStream(segment.Array!, segment.Offset, segment.Count, writable: false)
            : new MemoryStream(content.ToArray(), writable: false);

    public static void CheckSize(Descriptor descriptor, int maxSize)
    {
        if (descriptor.Size > maxSize)
        {
            throw new OciImageException($"The {descriptor.MediaType} {descriptor.Digest} has {descriptor.Size} bytes; {maxSize} is the most that is read into memory.");
        }
    }

    /// <summary>Reads a small document whole, and verifies it. The stream is left open.</summary>
    public static async Task<byte[]> ReadAsync(Stream content, Descriptor descriptor, int maxSize, CancellationToken cancellationToken)
    {
        CheckSize(descriptor, maxSize);
        var document = new byte[descriptor.Size];
        var verifying = new VerifyingStream(content, descriptor, leaveOpen: true);
        await using (verifying.ConfigureAwait(false))
        {
            await verifying.ReadExactlyAsync(document, cancellationToken).ConfigureAwait(false);
            // The mismatch, if there is one, is told where the end would be.
            await verifying.ReadAsync(new byte[1], cancellationToken).ConfigureAwait(false);
        }
        return document;
    }

    /// <summary>Reads content to its end into a hash.</summary>
    public static async Task HashAsync(Stream content, IncrementalHash hash, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int read;
            while ((read = await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                hash.AppendData(buffer, 0, read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Copies content and checks its size. The digest is the writer's to check, which hashes anyway.</summary>
    public static async Task CopyAsync(Stream content, ContentWriter writer, Descriptor descriptor, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            long copied = 0;
            int read;
            while ((read = await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                copied += read;
                if (copied > descriptor.Size)
                {
                    break;
                }
                await writer.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            }
            if (copied != descriptor.Size)
            {
                throw new ContentMismatchException("content", descriptor.Digest, descriptor.Size, actual: null, copied);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
