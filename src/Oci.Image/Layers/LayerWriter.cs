using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using Oci.Image.Compression;
using Oci.Image.Tar;

namespace Oci.Image.Layers;

/// <summary>Writes a layer in one pass: entries become tar, are hashed for the DiffID, compressed, and hashed as the blob.</summary>
/// <remarks>
/// Hashing and compression run beside the caller, with at most half a megabyte of archive waiting. Give it entries by
/// <see cref="Tar"/>, or a tar archive that exists by <see cref="Archive"/>; then call <see cref="CompleteAsync"/>.
/// Use from one thread at a time.
/// </remarks>
/// <example>
/// <code>
/// await using var layer = new LayerWriter(blob);
/// await layer.Tar.WriteEntryAsync(header, content, cancellationToken);
/// LayerDigests digests = await layer.CompleteAsync(cancellationToken);
/// </code>
/// </example>
public sealed class LayerWriter : IAsyncDisposable
{
    private readonly Pipe _pipe = LayerPipe.Create();
    private readonly CancellationTokenSource _stop = new();
    private readonly CompressionCodec? _codec;
    private readonly MediaType _mediaType;
    private readonly DigestAlgorithm _algorithm;
    private readonly IncrementalHash _archiveHash;
    private readonly IncrementalHash _blobHash;
    private readonly Task<LayerDigests> _pump;
    private TarWriter? _tar;
    private Stream? _archive;
    private LayerDigests? _digests;
    private bool _completing;
    private bool _disposed;

    /// <summary>Starts to write a layer.</summary>
    /// <param name="destination">Where the blob goes. It stays open.</param>
    /// <param name="options">How to write; <see langword="null"/> for the defaults. Copied.</param>
    /// <exception cref="NotSupportedException">The digest algorithm cannot be computed.</exception>
    /// <exception cref="CompressionException">The codec's format is none that layers may have.</exception>
    public LayerWriter(Stream destination, LayerWriterOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(destination);
        options ??= LayerWriterOptions.Default;
        _codec = options.Codec;
        _mediaType = GetMediaType(_codec?.Algorithm ?? CompressionAlgorithm.None);
        _algorithm = options.DigestAlgorithm;
        _archiveHash = Digest.CreateHash(_algorithm);
        _blobHash = Digest.CreateHash(_algorithm);
        _pump = Task.Run(() => PumpAsync(destination));
    }

    /// <summary>Takes entries. Ended and disposed by this.</summary>
    /// <exception cref="InvalidOperationException"><see cref="Archive"/> is in use.</exception>
    public TarWriter Tar
    {
        get
        {
            ThrowIfInUse(_archive);
            return _tar ??= new TarWriter(_pipe.Writer, leaveOpen: true);
        }
    }

    /// <summary>Takes the bytes of a whole tar archive, its end included. There is no need to dispose it.</summary>
    /// <exception cref="InvalidOperationException"><see cref="Tar"/> is in use.</exception>
    public Stream Archive
    {
        get
        {
            ThrowIfInUse(_tar);
            return _archive ??= new PipeWriteStream(_pipe.Writer);
        }
    }

    /// <summary>Ends the archive and its compression, and waits until all of the blob is written.</summary>
    /// <returns>The digests of the blob and of the archive.</returns>
    /// <exception cref="InvalidOperationException">An entry failed to be written, so the layer is torn.</exception>
    /// <exception cref="IOException">The destination failed.</exception>
    public async Task<LayerDigests> CompleteAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!_completing)
        {
            if (_archive is null)
            {
                await Tar.CompleteAsync(cancellationToken).ConfigureAwait(false);
            }
            _completing = true;
            await _pipe.Writer.CompleteAsync().ConfigureAwait(false);
        }
        return _digests ??= await _pump.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stops all stages and waits for them. Without <see cref="CompleteAsync"/> before, what was written is no layer.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }
        _disposed = true;
        if (_digests is null)
        {
            await _stop.CancelAsync().ConfigureAwait(false);
        }
        await _pipe.Writer.CompleteAsync().ConfigureAwait(false);
        await ((Task)_pump).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _archiveHash.Dispose();
        _blobHash.Dispose();
        _stop.Dispose();
    }

    private async Task<LayerDigests> PumpAsync(Stream destination)
    {
        PipeReader input = _pipe.Reader;
        try
        {
            var blob = new HashingStream(destination, _blobHash, _stop.Token);
            long uncompressed = _codec is null
                ? await CopyAsync(input, blob).ConfigureAwait(false)
                : await CompressAsync(input, blob, _codec).ConfigureAwait(false);
            await blob.FlushAsync(_stop.Token).ConfigureAwait(false);
            var digests = new LayerDigests
            {
                Descriptor = new Descriptor
                {
                    MediaType = _mediaType,
                    Digest = Digest.FromHash(_algorithm, _blobHash.GetHashAndReset()),
                    Size = blob.Position,
                },
                DiffId = Digest.FromHash(_algorithm, _archiveHash.GetHashAndReset()),
                UncompressedSize = uncompressed,
                Compression = _codec?.Algorithm ?? CompressionAlgorithm.None,
            };
            await input.CompleteAsync().ConfigureAwait(false);
            return digests;
        }
        catch (Exception e)
        {
            // The caller's next write then throws it.
            await input.CompleteAsync(e).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<long> CompressAsync(PipeReader input, Stream blob, CompressionCodec codec)
    {
        Stream compressor = codec.OpenCompressor(blob);
        bool copied = false;
        try
        {
            long size = await CopyAsync(input, compressor).ConfigureAwait(false);
            copied = true;
            return size;
        }
        finally
        {
            try
            {
                await compressor.DisposeAsync().ConfigureAwait(false);
            }
            catch (Exception) when (!copied)
            {
                // A codec that cannot end what it could not write: the first failure is the reason, and on its way.
            }
        }
    }

    private async Task<long> CopyAsync(PipeReader input, Stream output)
    {
        long size = 0;
        while (true)
        {
            ReadResult result = await input.ReadAsync(_stop.Token).ConfigureAwait(false);
            foreach (ReadOnlyMemory<byte> memory in result.Buffer)
            {
                _archiveHash.AppendData(memory.Span);
                await output.WriteAsync(memory, _stop.Token).ConfigureAwait(false);
                size += memory.Length;
            }
            input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                // A dispose completes the pipe too, and what came so far is no layer then.
                _stop.Token.ThrowIfCancellationRequested();
                return size;
            }
        }
    }

    internal static MediaType GetMediaType(CompressionAlgorithm compression) => compression switch
    {
        CompressionAlgorithm.None => MediaTypes.Layer,
        CompressionAlgorithm.Gzip => MediaTypes.LayerGzip,
        CompressionAlgorithm.Zstd => MediaTypes.LayerZstd,
        _ => throw new CompressionException($"A layer cannot be compressed with {compression}: image-spec knows gzip and zstd.", compression),
    };

    private void ThrowIfInUse(object? other)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (other is not null)
        {
            throw new InvalidOperationException("A layer is made either of entries (Tar) or of an existing archive (Archive), not of both.");
        }
    }
}
