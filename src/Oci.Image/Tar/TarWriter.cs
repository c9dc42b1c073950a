using System.Buffers;
using System.IO.Pipelines;

namespace Oci.Image.Tar;

/// <summary>Writes a tar archive. The same entries give the same bytes, on every machine and at any time.</summary>
/// <remarks>
/// A header is plain ustar where that can hold the entry; else PAX records in a fixed order come before it, in a header
/// whose own name, owner and time are fixed. Extended attributes are <c>SCHILY.xattr.</c> records. Names are written as
/// the bytes they are, in a PAX record where they are not ASCII, as GNU tar does.
/// Not safe for use by two threads at a time.
/// </remarks>
public sealed class TarWriter : IAsyncDisposable
{
    // How much content goes to the pipe between flushes, which is where a slow destination holds the writer back.
    private const int ChunkSize = 64 * 1024;

    private readonly PipeWriter _writer;
    private readonly bool _leaveOpen;
    private readonly TarHeaderWriter _headers = new();
    private State _state;

    /// <summary>Makes a writer to a pipe.</summary>
    /// <param name="writer">Where the archive goes. Completed when this is disposed.</param>
    /// <param name="leaveOpen">Do not complete <paramref name="writer"/>.</param>
    public TarWriter(PipeWriter writer, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(writer);
        _writer = writer;
        _leaveOpen = leaveOpen;
    }

    /// <summary>Makes a writer to a stream.</summary>
    /// <param name="stream">Where the archive goes. Disposed with this.</param>
    /// <param name="leaveOpen">Do not dispose <paramref name="stream"/>.</param>
    public TarWriter(Stream stream, bool leaveOpen = false)
        : this(PipeWriter.Create(stream, new StreamPipeWriterOptions(minimumBufferSize: ChunkSize, leaveOpen: leaveOpen)))
    {
    }

    private enum State
    {
        Open,
        Completed,
        Broken,
        Disposed,
    }

    /// <summary>How many bytes of archive were written so far.</summary>
    public long Position { get; private set; }

    /// <summary>Writes an entry without content: a directory, link, device, FIFO or empty file.</summary>
    /// <exception cref="ArgumentException">The header cannot be written: an empty name, a NUL in a name, a size without content.</exception>
    public ValueTask WriteEntryAsync(TarHeader header, CancellationToken cancellationToken = default) =>
        WriteEntryAsync(header, ReadOnlyMemory<byte>.Empty, cancellationToken);

    /// <summary>Writes a file whose content is in memory.</summary>
    /// <param name="header">The entry; its <see cref="TarHeader.Size"/> must be the content's length.</param>
    /// <param name="content">The content.</param>
    /// <param name="cancellationToken">Stops the write; the archive is then unusable.</param>
    /// <exception cref="ArgumentException">The header cannot be written, or its size is another than the content's.</exception>
    public async ValueTask WriteEntryAsync(TarHeader header, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(header);
        if (header.Size != content.Length)
        {
            throw new ArgumentException($"The header of '{TarName.ToDisplay(header.Name.Span)}' says {header.Size} bytes, but its content has {content.Length}.", nameof(header));
        }
        Start(header);
        while (!content.IsEmpty)
        {
            ReadOnlyMemory<byte> chunk = content[..Math.Min(content.Length, ChunkSize)];
            _writer.Write(chunk.Span);
            Position += chunk.Length;
            content = content[chunk.Length..];
            await FlushIfFullAsync(cancellationToken).ConfigureAwait(false);
        }
        await EndAsync(header.Size, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes a file with the content that a stream gives.</summary>
    /// <param name="header">The entry; its <see cref="TarHeader.Size"/> must be the length of what the stream gives.</param>
    /// <param name="content">The content, read from where it stands to its end; it stays open.</param>
    /// <param name="cancellationToken">Stops the write; the archive is then unusable.</param>
    /// <exception cref="ArgumentException">The header cannot be written.</exception>
    /// <exception cref="InvalidDataException">The stream gives fewer or more bytes than the header says, as a file does that is written to meanwhile.</exception>
    public async ValueTask WriteEntryAsync(TarHeader header, Stream content, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(header);
        ArgumentNullException.ThrowIfNull(content);
        Start(header);
        long left = header.Size;
        while (left > 0)
        {
            Memory<byte> memory = _writer.GetMemory(ChunkSize);
            memory = memory[..(int)Math.Min(memory.Length, left)];
            int read = await content.ReadAsync(memory, cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                throw new InvalidDataException($"The content of '{TarName.ToDisplay(header.Name.Span)}' ended {left} bytes before the {header.Size} of its header: it was changed meanwhile. Make the archive anew.");
            }
            _writer.Advance(read);
            Position += read;
            left -= read;
            await FlushIfFullAsync(cancellationToken).ConfigureAwait(false);
        }
        // One byte more is asked for, into memory that is not given to the pipe.
        if (await content.ReadAsync(_writer.GetMemory(1)[..1], cancellationToken).ConfigureAwait(false) != 0)
        {
            throw new InvalidDataException($"The content of '{TarName.ToDisplay(header.Name.Span)}' goes on after the {header.Size} bytes of its header: it was changed meanwhile. Make the archive anew.");
        }
        await EndAsync(header.Size, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends the archive with its two blocks of zeros and flushes it. Nothing can be written after.</summary>
    public async ValueTask CompleteAsync(CancellationToken cancellationToken = default)
    {
        ThrowUnlessOpen();
        _state = State.Broken;
        WriteZeros(2 * TarBlock.Size);
        await FlushAsync(cancellationToken).ConfigureAwait(false);
        _state = State.Completed;
    }

    /// <summary>Completes or disposes the destination unless told to leave it open. Does not end the archive: see <see cref="CompleteAsync"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_state == State.Disposed)
        {
            return;
        }
        _state = State.Disposed;
        if (!_leaveOpen)
        {
            await _writer.CompleteAsync().ConfigureAwait(false);
        }
    }

    private void Start(TarHeader header)
    {
        ThrowUnlessOpen();
        ReadOnlySpan<byte> bytes = _headers.Format(header);
        // From here to the end of the entry, a failure leaves a torn archive.
        _state = State.Broken;
        _writer.Write(bytes);
        Position += bytes.Length;
    }

    private async ValueTask EndAsync(long size, CancellationToken cancellationToken)
    {
        WriteZeros(TarBlock.PaddingOf(size));
        await FlushIfFullAsync(cancellationToken).ConfigureAwait(false);
        _state = State.Open;
    }

    private void WriteZeros(int count)
    {
        _writer.GetSpan(count)[..count].Clear();
        _writer.Advance(count);
        Position += count;
    }

    // An entry of a few bytes must not become a write of its own.
    private ValueTask FlushIfFullAsync(CancellationToken cancellationToken) =>
        _writer.CanGetUnflushedBytes && _writer.UnflushedBytes < ChunkSize ? default : FlushAsync(cancellationToken);

    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        FlushResult result = await _writer.FlushAsync(cancellationToken).ConfigureAwait(false);
        if (result.IsCanceled)
        {
            throw new OperationCanceledException("The pending flush of the archive was cancelled.");
        }
        if (result.IsCompleted)
        {
            throw new IOException("The reader of the archive has gone.");
        }
    }

    private void ThrowUnlessOpen()
    {
        ObjectDisposedException.ThrowIf(_state == State.Disposed, this);
        if (_state != State.Open)
        {
            throw new InvalidOperationException(_state == State.Completed
                ? "The archive was completed: nothing can be added to it."
                : "An earlier write to this archive failed, so it is torn. Make it anew.");
        }
    }
}
