using System.Buffers;
using System.IO.Pipelines;
using Oci.Image.Compression;
using Oci.Image.Tar;

namespace Oci.Image.Layers;

/// <summary>Reads a layer in one pass: the blob is hashed, decompressed, hashed again for the DiffID, and read as tar.</summary>
/// <remarks>
/// <para>
/// The stages run at the same time, with at most half a megabyte waiting between two of them. How the blob is compressed
/// is told by its first bytes. What fails in a stage, such as a wrong digest, comes out of the next read.
/// </para>
/// <para>
/// Entries are handed out before the digests are known: what was made of them is good only once
/// <see cref="CompleteAsync"/> has returned. Use from one thread at a time.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// await using var layer = new LayerReader(await source.OpenAsync(descriptor), descriptor, diffId);
/// while (await layer.Tar.ReadAsync(cancellationToken))
/// {
///     Console.WriteLine(layer.Tar.Entry);
/// }
/// await layer.CompleteAsync(cancellationToken);
/// </code>
/// </example>
public sealed class LayerReader : IAsyncDisposable
{
    private readonly LayerReadPipeline _pipeline;
    private readonly TarReader _tar;
    private readonly Descriptor _descriptor;
    private LayerDigests? _digests;
    private bool _disposed;

    /// <summary>Starts to read a layer.</summary>
    /// <param name="blob">The layer's blob, read from where it stands to its end. Disposed with this.</param>
    /// <param name="descriptor">The size and digest that the blob must have.</param>
    /// <param name="diffId">The digest that the uncompressed archive must have; <see langword="null"/> to only compute it (SHA-256).</param>
    /// <param name="options">Limits and codecs; <see langword="null"/> for the defaults. Copied.</param>
    /// <param name="leaveOpen">Do not dispose <paramref name="blob"/>.</param>
    /// <exception cref="NotSupportedException">A digest's algorithm cannot be computed, so nothing could be verified.</exception>
    public LayerReader(Stream blob, Descriptor descriptor, Digest? diffId = null, LayerReaderOptions? options = null, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(blob);
        ArgumentNullException.ThrowIfNull(descriptor);
        options = (options ?? LayerReaderOptions.Default).Copy();
        _descriptor = descriptor;
        _pipeline = new LayerReadPipeline(blob, descriptor, diffId, options, leaveOpen);
        _tar = new TarReader(_pipeline.Output, options.Tar, leaveOpen: true);
    }

    /// <summary>The entries. Disposed with this; not to be used after <see cref="CompleteAsync"/>.</summary>
    /// <remarks>Besides a tar reader's own exceptions, its reads throw those of <see cref="CompleteAsync"/>.</remarks>
    public TarReader Tar => _tar;

    /// <summary>Passes over what is left of the layer, and checks the blob's size, its digest and the DiffID.</summary>
    /// <remarks>
    /// Call it where <see cref="Tar"/> has thrown a <see cref="TarFormatException"/> too: if the blob is not what its
    /// descriptor says, this throws <see cref="ContentMismatchException"/>, which is the better reason.
    /// </remarks>
    /// <returns>The digests, all of them verified but for a DiffID that was not given.</returns>
    /// <exception cref="ContentMismatchException">The blob or the uncompressed archive has another digest or size.</exception>
    /// <exception cref="CompressionException">The blob is damaged compressed data, or compressed in a way that is not known.</exception>
    /// <exception cref="LayerLimitException">The layer is larger than the options allow.</exception>
    public async Task<LayerDigests> CompleteAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_digests is null)
        {
            await _tar.DisposeAsync().ConfigureAwait(false);
            bool isCompleted = false;
            while (!isCompleted)
            {
                ReadResult result = await _pipeline.Output.ReadAsync(cancellationToken).ConfigureAwait(false);
                _pipeline.Output.AdvanceTo(result.Buffer.End);
                isCompleted = result.IsCompleted;
            }
            LayerArchive archive = await _pipeline.Completion.WaitAsync(cancellationToken).ConfigureAwait(false);
            _digests = new LayerDigests
            {
                Descriptor = _descriptor,
                DiffId = archive.DiffId,
                UncompressedSize = archive.Size,
                Compression = archive.Compression,
            };
        }
        return _digests;
    }

    /// <summary>Stops all stages and waits for them; disposes the blob unless told to leave it open.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }
        _disposed = true;
        await _tar.DisposeAsync().ConfigureAwait(false);
        await _pipeline.DisposeAsync().ConfigureAwait(false);
    }
}
