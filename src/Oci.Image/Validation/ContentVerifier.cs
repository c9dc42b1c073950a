using System.Buffers;
using Oci.Image.Configuration;
using Oci.Image.Layers;
using Oci.Image.Manifests;
using Oci.Image.Tar;

namespace Oci.Image.Validation;

/// <summary>Reads all that an image or index points to, and checks digests, sizes and, for layers, DiffIDs and the tar itself.</summary>
public sealed class ContentVerifier
{
    private const int BufferSize = 128 * 1024;

    private readonly IContentSource _source;
    private readonly LayerReaderOptions? _layerOptions;
    private readonly IProgress<VerificationProgress>? _progress;
    private readonly HashSet<(Digest Content, Digest Context)> _seen = [];
    private readonly List<ContentFinding> _findings = [];
    private int _count;
    private int _good;
    private long _bytes;
    private long _goodBytes;

    private ContentVerifier(IContentSource source, LayerReaderOptions? layerOptions, IProgress<VerificationProgress>? progress)
    {
        _source = source;
        _layerOptions = layerOptions;
        _progress = progress;
    }

    /// <summary>Verifies a manifest or index and all below it. What is wrong is collected, not thrown: see <see cref="VerificationReport.EnsureValid"/>.</summary>
    /// <param name="source">Where the content is.</param>
    /// <param name="root">A manifest or index; other content is read by itself.</param>
    /// <param name="layerOptions">Limits and codecs for layers; <see langword="null"/> for the defaults.</param>
    /// <param name="progress">Told about every MiB or so, and at the end of each piece of content.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>What was read and found. Layers that need not be distributed may be missing.</returns>
    /// <exception cref="IOException">The source fails in a way that says nothing about the content.</exception>
    public static async Task<VerificationReport> VerifyAsync(
        IContentSource source,
        Descriptor root,
        LayerReaderOptions? layerOptions = null,
        IProgress<VerificationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(root);
        var verifier = new ContentVerifier(source, layerOptions, progress);
        await verifier.VisitAsync(root, depth: 0, cancellationToken).ConfigureAwait(false);
        return new VerificationReport
        {
            Root = root,
            Findings = verifier._findings,
            VerifiedCount = verifier._good,
            VerifiedBytes = verifier._goodBytes,
        };
    }

    private async Task VisitAsync(Descriptor descriptor, int depth, CancellationToken cancellationToken)
    {
        bool isIndex = MediaTypes.IsIndex(descriptor.MediaType);
        if (!isIndex && !MediaTypes.IsManifest(descriptor.MediaType))
        {
            await VerifyBlobAsync(descriptor, cancellationToken).ConfigureAwait(false);
            return;
        }
        if (depth > ManifestGraph.MaxDepth)
        {
            _findings.Add(new ContentFinding(descriptor, new OciImageException($"It is nested more than {ManifestGraph.MaxDepth} indexes deep, and was not read.")));
            return;
        }
        ManifestLinks? links = null;
        bool isNew = await CheckAsync(descriptor, default, async () =>
        {
            byte[] content = await _source.ReadAsync(descriptor, cancellationToken: cancellationToken).ConfigureAwait(false);
            links = ManifestLinks.Parse(descriptor.MediaType, content);
            return descriptor.Size;
        }).ConfigureAwait(false);
        if (!isNew || links is null)
        {
            return;
        }
        foreach (Descriptor child in links.Manifests)
        {
            await VisitAsync(child, depth + 1, cancellationToken).ConfigureAwait(false);
        }
        if (links.Blobs.Count > 0)
        {
            await VerifyImageAsync(descriptor, links.Blobs[0], [.. links.Blobs.Skip(1)], cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task VerifyImageAsync(Descriptor manifest, Descriptor config, IReadOnlyList<Descriptor> layers, CancellationToken cancellationToken)
    {
        if (!MediaTypes.IsConfig(config.MediaType))
        {
            foreach (Descriptor blob in layers.Prepend(config))
            {
                await VerifyBlobAsync(blob, cancellationToken).ConfigureAwait(false);
            }
            return;
        }
        IReadOnlyList<Digest> diffIds = [];
        // Once for each image that has it, since its DiffIDs must fit that image's layers.
        await CheckAsync(config, manifest.Digest, async () =>
        {
            byte[] content = await _source.ReadAsync(config, cancellationToken: cancellationToken).ConfigureAwait(false);
            diffIds = ImageConfig.Parse(content).RootFs.DiffIds;
            if (diffIds.Count != layers.Count)
            {
                throw new InvalidDocumentException("image config", "$.rootfs.diff_ids", $"it has {diffIds.Count} DiffIDs, and the manifest has {layers.Count} layers: the two do not belong together.");
            }
            return config.Size;
        }).ConfigureAwait(false);
        for (int i = 0; i < layers.Count; i++)
        {
            Digest? diffId = diffIds.Count == layers.Count ? diffIds[i] : null;
            await VerifyLayerAsync(layers[i], diffId, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task VerifyLayerAsync(Descriptor layer, Digest? diffId, CancellationToken cancellationToken)
    {
        if (!MediaTypes.IsLayer(layer.MediaType))
        {
            await VerifyBlobAsync(layer, cancellationToken).ConfigureAwait(false);
            return;
        }
        if (MediaTypes.IsNondistributable(layer.MediaType) && !await _source.ExistsAsync(layer, cancellationToken).ConfigureAwait(false))
        {
            return;
        }
        await CheckAsync(layer, diffId ?? default, async () =>
        {
            if (diffId is { IsComputable: false })
            {
                throw new NotSupportedException($"The DiffID {diffId} cannot be computed here, so the layer cannot be verified.");
            }
            Stream blob = await _source.OpenAsync(layer, cancellationToken).ConfigureAwait(false);
            var reader = new LayerReader(blob, layer, diffId, _layerOptions);
            await using (reader.ConfigureAwait(false))
            {
                try
                {
                    await ReadEntriesAsync(reader.Tar, blob as VerifyingStream, layer, cancellationToken).ConfigureAwait(false);
                }
                catch (TarFormatException)
                {
                    // Where the blob is damaged, that is the better reason.
                    await reader.CompleteAsync(cancellationToken).ConfigureAwait(false);
                    throw;
                }
                await reader.CompleteAsync(cancellationToken).ConfigureAwait(false);
            }
            return layer.Size;
        }).ConfigureAwait(false);
    }

    private async Task ReadEntriesAsync(TarReader tar, VerifyingStream? blob, Descriptor layer, CancellationToken cancellationToken)
    {
        long reported = 0;
        while (await tar.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            // The blob is read on another thread, ahead of the tar; its position is only looked at.
            if (_progress is not null && blob is not null && blob.Position - reported > 1 << 20)
            {
                reported = blob.Position;
                _progress.Report(new VerificationProgress(layer, _count, _bytes + reported));
            }
        }
    }

    private Task VerifyBlobAsync(Descriptor descriptor, CancellationToken cancellationToken) => CheckAsync(descriptor, default, async () =>
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            Stream blob = await _source.OpenAsync(descriptor, cancellationToken).ConfigureAwait(false);
            await using (blob.ConfigureAwait(false))
            {
                long read = 0;
                long reported = 0;
                int count;
                while ((count = await blob.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
                {
                    read += count;
                    if (read - reported > 1 << 20)
                    {
                        reported = read;
                        _progress?.Report(new VerificationProgress(descriptor, _count, _bytes + read));
                    }
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        return descriptor.Size;
    });

    // One piece of content, once in its context. False where it was read before.
    private async Task<bool> CheckAsync(Descriptor descriptor, Digest context, Func<Task<long>> readAsync)
    {
        if (!_seen.Add((descriptor.Digest, context)))
        {
            return false;
        }
        try
        {
            _goodBytes += await readAsync().ConfigureAwait(false);
            _good++;
        }
        catch (Exception e) when (e is OciImageException or NotSupportedException or InvalidDataException)
        {
            _findings.Add(new ContentFinding(descriptor, e));
        }
        _count++;
        _bytes += descriptor.Size;
        _progress?.Report(new VerificationProgress(descriptor, _count, _bytes));
        return true;
    }
}
