namespace Oci.Distribution.AspNetCore.Tests.Proxying;

/// <summary>Gives the first half of its content, and the rest when the test opens the gate.</summary>
internal sealed class GatedStream(Stream inner, long half, Task gate) : Stream
{
    private long _read;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_read >= half)
        {
            await gate.WaitAsync(TimeSpan.FromSeconds(30), cancellationToken);
        }
        int count = await inner.ReadAsync(_read < half ? buffer[..(int)Math.Min(buffer.Length, half - _read)] : buffer, cancellationToken);
        _read += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }
        base.Dispose(disposing);
    }
}
