using System.Buffers;
using System.IO.Pipelines;
using Oci.Distribution.AspNetCore.Routing;

namespace Oci.Distribution.AspNetCore.Manifests;

/// <summary>Reads a manifest out of a request, never more than its limit.</summary>
internal static class ManifestBody
{
    /// <summary>The whole body, or <see langword="null"/> where it is longer than <paramref name="maxSize"/>.</summary>
    public static async Task<byte[]?> ReadAsync(PipeReader body, long? contentLength, int maxSize, CancellationToken cancellationToken)
    {
        if (contentLength > maxSize)
        {
            return null;
        }
        // Grows with what has come, not with what was announced.
        var content = new ArrayBufferWriter<byte>();
        while (true)
        {
            ReadResult result = await body.ReadBodyAsync(1, cancellationToken).ConfigureAwait(false);
            ReadOnlySequence<byte> buffer = result.Buffer;
            if (content.WrittenCount + buffer.Length > maxSize)
            {
                body.AdvanceTo(buffer.Start, buffer.End);
                return null;
            }
            foreach (ReadOnlyMemory<byte> segment in buffer)
            {
                content.Write(segment.Span);
            }
            body.AdvanceTo(buffer.End);
            if (result.IsCompleted)
            {
                return content.WrittenSpan.ToArray();
            }
        }
    }
}
