using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Oci.Image.Tar;

/// <summary>Reads a tar archive from start to end, one entry at a time, without seeking and without an allocation per entry.</summary>
/// <remarks>
/// <para>
/// Reads v7, ustar, PAX (local and global headers), GNU long names, base-256 numbers, and sparse files in the old GNU
/// and the PAX 0.0, 0.1 and 1.0 forms. A PAX record wins over the header's own field, a size too. Links, devices,
/// directories and FIFOs have no content, whatever size their header gives, as in Go's and GNU tar's readers.
/// </para>
/// <para>
/// The archive ends at two blocks of zeros, or where the input ends at the border of an entry, as GNU tar has it. What
/// follows the two blocks is not read. All else that is not an archive is a <see cref="TarFormatException"/>; after one,
/// and after a cancellation, the reader is only to be disposed.
/// </para>
/// <para>Not safe for use by two threads at a time.</para>
/// </remarks>
/// <example>
/// <code>
/// await using var reader = new TarReader(pipe);
/// while (await reader.ReadAsync(cancellationToken))
/// {
///     Console.WriteLine($"{reader.Entry} {reader.Entry.Size}");
/// }
/// </code>
/// </example>
public sealed partial class TarReader : IAsyncDisposable
{
    private readonly TarInput _input;
    private readonly bool _leaveOpen;
    private readonly TarReaderOptions _options;
    private readonly TarHeaderReader _headers;
    private State _state;

    /// <summary>Makes a reader of the archive that <paramref name="reader"/> gives, from where it stands.</summary>
    /// <param name="reader">The bytes of the uncompressed archive. Completed when this is disposed.</param>
    /// <param name="options">Limits; <see langword="null"/> for the defaults. Copied.</param>
    /// <param name="leaveOpen">Do not complete <paramref name="reader"/>: it then stands after what was read here.</param>
    public TarReader(PipeReader reader, TarReaderOptions? options = null, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(reader);
        _options = (options ?? TarReaderOptions.Default).Copy();
        _leaveOpen = leaveOpen;
        _input = new TarInput(reader);
        _headers = new TarHeaderReader(_input, _options);
    }

    /// <summary>Makes a reader of the archive that <paramref name="stream"/> gives, from where it stands.</summary>
    /// <param name="stream">The uncompressed archive. Disposed with this. It is read ahead of what is asked for; in one that can seek, long content is not read.</param>
    /// <param name="options">Limits; <see langword="null"/> for the defaults. Copied.</param>
    /// <param name="leaveOpen">Do not dispose <paramref name="stream"/>.</param>
    public TarReader(Stream stream, TarReaderOptions? options = null, bool leaveOpen = false)
        : this(CreatePipe(stream, leaveOpen), options)
    {
    }

    private enum State
    {
        Start,
        InEntry,
        Ended,
        Broken,
        Disposed,
    }

    /// <summary>The entry that was read last. It is the same object each time.</summary>
    /// <exception cref="InvalidOperationException">No entry was read yet, or there are no more.</exception>
    public TarEntry Entry => _state == State.InEntry ? _headers.Entry : throw NoEntry();

    /// <summary>How many bytes of the archive were consumed so far.</summary>
    public long Position => _input.Position;

    /// <summary>Moves to the next entry, passing over what was not read of the current one.</summary>
    /// <returns><see langword="false"/> at the end of the archive.</returns>
    /// <exception cref="TarFormatException">The archive is truncated, damaged or beyond a limit.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ValueTask<bool> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (_state == State.InEntry && !cancellationToken.IsCancellationRequested)
        {
            // Small entries come many to a buffer: no state machine is run for those that are there.
            _state = State.Broken;
            if (TrySkipContent() && _headers.TryReadPlain())
            {
                StartContent();
                _state = State.InEntry;
                return new ValueTask<bool>(true);
            }
            _state = State.InEntry;
        }
        return ReadCoreAsync(cancellationToken);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> ReadCoreAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_state == State.Disposed, this);
        if (_state == State.Ended)
        {
            return false;
        }
        if (_state == State.Broken)
        {
            throw new InvalidOperationException("An earlier read of this archive failed, so where its next entry starts is not known.");
        }
        bool skipRest = _state == State.InEntry;
        _state = State.Broken;
        if (skipRest)
        {
            await SkipContentAsync(cancellationToken).ConfigureAwait(false);
        }
        if (!await _headers.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            _state = State.Ended;
            return false;
        }
        StartContent();
        _state = State.InEntry;
        return true;
    }

    /// <summary>Ends reading, and completes or disposes what was read from unless told to leave it open.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_state == State.Disposed)
        {
            return;
        }
        _state = State.Disposed;
        if (_leaveOpen)
        {
            _input.GiveBack();
            return;
        }
        await _input.CompleteAsync().ConfigureAwait(false);
    }

    private static PipeReader CreatePipe(Stream stream, bool leaveOpen)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return stream.CanSeek
            ? new SeekingPipeReader(stream, leaveOpen)
            : PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 64 * 1024, leaveOpen: leaveOpen));
    }

    private InvalidOperationException NoEntry() => new(_state == State.Start
        ? "No entry was read yet: call ReadAsync first."
        : "The reader stands on no entry: its last ReadAsync returned false or failed, or it is disposed.");

    private void ThrowUnlessInEntry()
    {
        ObjectDisposedException.ThrowIf(_state == State.Disposed, this);
        if (_state != State.InEntry)
        {
            throw NoEntry();
        }
    }
}
