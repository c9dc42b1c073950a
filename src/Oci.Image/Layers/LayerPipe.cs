using System.IO.Pipelines;

namespace Oci.Image.Layers;

/// <summary>The pipes between the stages of a layer.</summary>
internal static class LayerPipe
{
    /// <summary>How much is read at a time. Inflate runs at half its speed with reads of 512 bytes.</summary>
    public const int ReadSize = 64 * 1024;

    /// <summary>Makes a pipe that holds up to half a megabyte.</summary>
    public static Pipe Create() => new(new PipeOptions(
        pauseWriterThreshold: 8 * ReadSize,
        resumeWriterThreshold: 4 * ReadSize,
        minimumSegmentSize: ReadSize,
        useSynchronizationContext: false));

    /// <summary>Copies a stream to its end, or until the pipe's reader has gone.</summary>
    /// <param name="source">Where from.</param>
    /// <param name="output">Where to; it is not completed.</param>
    /// <param name="check">Called before bytes are handed on, with the total and how many of it are new. May throw.</param>
    /// <param name="cancellationToken">Stops the copy.</param>
    public static async Task CopyAsync(Stream source, PipeWriter output, Action<long, int> check, CancellationToken cancellationToken)
    {
        long total = 0;
        while (true)
        {
            Memory<byte> memory = output.GetMemory(ReadSize);
            int read = await source.ReadAsync(memory, cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return;
            }
            total += read;
            check(total, read);
            output.Advance(read);
            FlushResult flush = await output.FlushAsync(cancellationToken).ConfigureAwait(false);
            if (flush.IsCompleted)
            {
                return;
            }
        }
    }
}
