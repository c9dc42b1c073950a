using Oci.Image;
using OciTool.Output;

namespace OciTool.References;

/// <summary>Shows how much of a new blob is written.</summary>
internal sealed class ReportingContentWriter(ContentWriter inner, ProgressBars bars) : ContentWriter
{
    private static int s_count;
    private readonly string _name = $"new layer {Interlocked.Increment(ref s_count)}";
    private long _bytes;

    public override async Task<Descriptor> CommitAsync(MediaType mediaType, Digest? expected = null, CancellationToken cancellationToken = default)
    {
        Descriptor written = await inner.CommitAsync(mediaType, expected, cancellationToken);
        bars.Report(_name, _bytes, _bytes);
        return written;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        inner.Write(buffer);
        Report(buffer.Length);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await inner.WriteAsync(buffer, cancellationToken);
        Report(buffer.Length);
    }

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override ValueTask DisposeAsync() => inner.DisposeAsync();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }
        base.Dispose(disposing);
    }

    private void Report(int count)
    {
        _bytes += count;
        bars.Report(_name, _bytes, total: null);
    }
}
