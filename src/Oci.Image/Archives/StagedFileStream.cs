namespace Oci.Image.Archives;

/// <summary>Writes to a staged file, and tells the file system's refusals apart from those of what is read.</summary>
internal sealed class StagedFileStream(StagedFile staged) : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => staged.File.Length;

    public override long Position { get => staged.File.Position; set => throw new NotSupportedException(); }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            staged.File.Write(buffer);
        }
        catch (Exception e) when (FileSystemFailure.Explains(e))
        {
            throw ArchiveException.FromFileSystem("write", staged.Target, e);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await staged.File.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (FileSystemFailure.Explains(e))
        {
            throw ArchiveException.FromFileSystem("write", staged.Target, e);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Writes over what is there.</summary>
    public void WriteAt(ReadOnlySpan<byte> buffer, long position)
    {
        try
        {
            RandomAccess.Write(staged.File.SafeFileHandle, buffer, position);
        }
        catch (Exception e) when (FileSystemFailure.Explains(e))
        {
            throw ArchiveException.FromFileSystem("write", staged.Target, e);
        }
    }

    /// <summary>Cuts the file off, and goes on from there.</summary>
    public override void SetLength(long value)
    {
        staged.File.SetLength(value);
        staged.File.Position = value;
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
}
