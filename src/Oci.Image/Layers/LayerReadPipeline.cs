using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using Oci.Image.Compression;

namespace Oci.Image.Layers;

/// <summary>The three stages of reading a layer, and the pipes between them.</summary>
/// <remarks>
/// A stage that fails completes its pipe with the exception, so that the next stage fails with the same one, and at
/// last the consumer. A consumer that goes away cancels all of them.
/// </remarks>
internal sealed class LayerReadPipeline : IAsyncDisposable
{
    private readonly Stream _blob;
    private readonly Stream _source;
    private readonly bool _leaveOpen;
    private readonly Descriptor? _descriptor;
    private readonly Digest? _diffId;
    private readonly LayerReaderOptions _options;
    private readonly CancellationTokenSource _stop = new();
    private readonly Pipe _compressed = LayerPipe.Create();
    private readonly Pipe _plain = LayerPipe.Create();
    private readonly Pipe _hashed = LayerPipe.Create();
    private readonly IncrementalHash _hash;
    private readonly Task _stages;
    private CompressionAlgorithm _compression;
    private long _compressedSize;

    /// <summary>Starts the stages.</summary>
    /// <param name="blob">The layer's blob.</param>
    /// <param name="descriptor">What the blob must be; null for one that is new here, of which nothing is known yet.</param>
    /// <param name="diffId">What the archive must be; null to compute it.</param>
    /// <param name="options">Limits and codecs.</param>
    /// <param name="leaveOpen">Do not dispose <paramref name="blob"/>.</param>
    public LayerReadPipeline(Stream blob, Descriptor? descriptor, Digest? diffId, LayerReaderOptions options, bool leaveOpen)
    {
        _hash = Digest.CreateHash(diffId?.Algorithm ?? DigestAlgorithm.Sha256);
        _source = blob;
        _leaveOpen = leaveOpen;
        _descriptor = descriptor;
        _diffId = diffId;
        _options = options;
        // Content stores hand out streams that verify already: to hash twice is to pay twice.
        _blob = descriptor is null || (blob is VerifyingStream verifying && verifying.Verifies(descriptor)) ? blob : new VerifyingStream(blob, descriptor, leaveOpen: true);
        Task<LayerArchive> hashing = Task.Run(HashAsync);
        Completion = hashing;
        _stages = Task.WhenAll(Task.Run(FeedAsync), Task.Run(DecompressAsync), hashing);
    }

    /// <summary>The uncompressed layer. Its end is only reported once everything was verified.</summary>
    public PipeReader Output => _hashed.Reader;

    /// <summary>Ends with the last stage.</summary>
    public Task<LayerArchive> Completion { get; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _hashed.Reader.CompleteAsync().ConfigureAwait(false);
        // Each stage has told the next one of its failure; who disposes early wants no more of it.
        await _stages.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _hash.Dispose();
        _stop.Dispose();
        if (_blob != _source)
        {
            await _blob.DisposeAsync().ConfigureAwait(false);
        }
        if (!_leaveOpen)
        {
            await _source.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Blob to pipe. The stream hashes what is read, on this stage's thread.</summary>
    private async Task FeedAsync()
    {
        PipeWriter output = _compressed.Writer;
        try
        {
            await LayerPipe.CopyAsync(_blob, output, (total, _) => Volatile.Write(ref _compressedSize, total), _stop.Token).ConfigureAwait(false);
            await output.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            await output.CompleteAsync(e).ConfigureAwait(false);
        }
    }

    private async Task DecompressAsync()
    {
        PipeReader input = _compressed.Reader;
        PipeWriter output = _plain.Writer;
        Exception? failure = null;
        try
        {
            await DecompressAsync(input, output).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            failure = e;
        }
        await output.CompleteAsync(failure).ConfigureAwait(false);
        await input.CompleteAsync().ConfigureAwait(false);
    }

    private async Task DecompressAsync(PipeReader input, PipeWriter output)
    {
        _compression = await DetectAsync(input).ConfigureAwait(false);
        Stream compressed = input.AsStream(leaveOpen: true);
        if (_compression == CompressionAlgorithm.None)
        {
            await LayerPipe.CopyAsync(compressed, output, CheckSize, _stop.Token).ConfigureAwait(false);
            return;
        }
        CompressionCodec codec = _options.Codecs.FirstOrDefault(c => c.Algorithm == _compression) ?? throw Unsupported();
        try
        {
            Stream decompressor = codec.OpenDecompressor(compressed);
            await using (decompressor.ConfigureAwait(false))
            {
                await LayerPipe.CopyAsync(decompressor, output, CheckSize, _stop.Token).ConfigureAwait(false);
            }
            // What follows the compressed data belongs to the blob and its digest.
            await DrainAsync(input).ConfigureAwait(false);
        }
        catch (InvalidDataException e)
        {
            // If the blob was damaged on its way, the drain ends in the exception that says so.
            await DrainAsync(input).ConfigureAwait(false);
            string what = _descriptor is null ? $"The archive's {_compression} data is damaged." : $"The layer {_descriptor.Digest} has the right digest, but its {_compression} data is damaged: it was made so.";
            throw new CompressionException($"{what} {e.Message}", _compression, e);
        }
    }

    private async ValueTask<CompressionAlgorithm> DetectAsync(PipeReader input)
    {
        ReadResult result = await input.ReadAtLeastAsync(CompressionDetector.MagicLength, _stop.Token).ConfigureAwait(false);
        Span<byte> start = stackalloc byte[CompressionDetector.MagicLength];
        ReadOnlySequence<byte> first = result.Buffer.Slice(0, Math.Min(result.Buffer.Length, start.Length));
        first.CopyTo(start);
        CompressionAlgorithm algorithm = CompressionDetector.Detect(start[..(int)first.Length]);
        input.AdvanceTo(result.Buffer.Start);
        return algorithm;
    }

    private async Task<LayerArchive> HashAsync()
    {
        PipeReader input = _plain.Reader;
        PipeWriter output = _hashed.Writer;
        try
        {
            long size = await HashAsync(input, output).ConfigureAwait(false);
            Digest diffId = _compression == CompressionAlgorithm.None && SharesHash
                ? _descriptor!.Digest
                : Digest.FromHash(_diffId?.Algorithm ?? DigestAlgorithm.Sha256, _hash.GetHashAndReset());
            if (_diffId is Digest expected && expected != diffId)
            {
                throw new ContentMismatchException("uncompressed layer (DiffID)", expected, expectedSize: null, diffId, size);
            }
            await output.CompleteAsync().ConfigureAwait(false);
            return new LayerArchive(diffId, size, _compression);
        }
        catch (Exception e)
        {
            await output.CompleteAsync(e).ConfigureAwait(false);
            throw;
        }
        finally
        {
            await input.CompleteAsync().ConfigureAwait(false);
        }
    }

    // A blob that is not compressed is its own archive: one hash names both.
    private bool SharesHash => _descriptor is not null && (_diffId?.Algorithm ?? DigestAlgorithm.Sha256) == _descriptor.Digest.Algorithm;

    private async Task<long> HashAsync(PipeReader input, PipeWriter output)
    {
        long size = 0;
        while (true)
        {
            ReadResult result = await input.ReadAsync(_stop.Token).ConfigureAwait(false);
            bool needsHash = _compression != CompressionAlgorithm.None || !SharesHash;
            foreach (ReadOnlyMemory<byte> memory in result.Buffer)
            {
                if (needsHash)
                {
                    _hash.AppendData(memory.Span);
                }
                output.Write(memory.Span);
                size += memory.Length;
            }
            input.AdvanceTo(result.Buffer.End);
            FlushResult flush = await output.FlushAsync(_stop.Token).ConfigureAwait(false);
            if (result.IsCompleted || flush.IsCompleted)
            {
                return size;
            }
        }
    }

    private async Task DrainAsync(PipeReader input)
    {
        ReadResult result;
        do
        {
            result = await input.ReadAsync(_stop.Token).ConfigureAwait(false);
            input.AdvanceTo(result.Buffer.End);
        }
        while (!result.IsCompleted);
    }

    private void CheckSize(long total, int read)
    {
        if (total > _options.MaxUncompressedSize)
        {
            throw new LayerLimitException(_descriptor?.Digest ?? default, nameof(LayerReaderOptions.MaxUncompressedSize), _options.MaxUncompressedSize, "grows to more bytes than are allowed");
        }
        if (total > _options.ExpansionRatioFloor && total / _options.MaxExpansionRatio > Volatile.Read(ref _compressedSize))
        {
            throw new LayerLimitException(_descriptor?.Digest ?? default, nameof(LayerReaderOptions.MaxExpansionRatio), _options.MaxExpansionRatio, $"grew to {total} bytes, too many for its compressed size");
        }
    }

    private string Name => LayerLimitException.Describe(_descriptor?.Digest ?? default);

    private CompressionException Unsupported() => new(
        _compression is CompressionAlgorithm.Bzip2 or CompressionAlgorithm.Xz
            ? $"{Name} is compressed with {_compression}, which image-spec does not allow for layers. Compress it again with gzip."
            : $"{Name} is compressed with {_compression}, and LayerReaderOptions.Codecs holds no codec for that. Add one.",
        _compression);
}
