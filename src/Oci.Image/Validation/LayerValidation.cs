using Oci.Common.Linux;
using Oci.Image.Compression;
using Oci.Image.Layers;
using Oci.Image.RootFilesystems;
using Oci.Image.Tar;

namespace Oci.Image.Validation;

/// <summary>Reads layers to their end: both digests, the compression, and every entry.</summary>
internal sealed class LayerValidation(ContentReadingRun run)
{
    private const int MaxEntryFindings = 20;

    public async Task CheckAsync(Descriptor layer, Digest? diffId, CancellationToken cancellationToken)
    {
        if (!MediaTypes.IsLayer(layer.MediaType))
        {
            await run.ReadBlobAsync(layer, cancellationToken).ConfigureAwait(false);
            return;
        }
        bool isNondistributable = MediaTypes.IsNondistributable(layer.MediaType);
        if (isNondistributable && !await run.Source.ExistsAsync(layer, cancellationToken).ConfigureAwait(false))
        {
            run.Findings.Add(LayerRules.NotThere, "$", "It is non-distributable and not there, so it was not read.", layer);
            return;
        }
        await run.TryReadAsync(layer, diffId ?? default, async () =>
        {
            if (isNondistributable)
            {
                run.Findings.Add(LayerRules.Nondistributable, "$", "Its media type is deprecated; registries need not hold it, so the image may not be had elsewhere.", layer);
            }
            if (diffId is { IsComputable: false })
            {
                throw new NotSupportedException($"The DiffID {diffId} cannot be computed here, so the layer cannot be verified.");
            }
            await ReadAsync(layer, diffId, cancellationToken).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    private async Task ReadAsync(Descriptor layer, Digest? diffId, CancellationToken cancellationToken)
    {
        Stream blob = await run.Source.OpenAsync(layer, cancellationToken).ConfigureAwait(false);
        var reader = new LayerReader(blob, layer, diffId, run.Options.Layers);
        await using (reader.ConfigureAwait(false))
        {
            LayerDigests digests;
            try
            {
                await ReadEntriesAsync(reader.Tar, blob as VerifyingStream, layer, cancellationToken).ConfigureAwait(false);
                digests = await reader.CompleteAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (TarFormatException)
            {
                // Where the blob is damaged, that is the better reason.
                await reader.CompleteAsync(cancellationToken).ConfigureAwait(false);
                throw;
            }
            CompressionAlgorithm said = LayerRules.CompressionOf(layer.MediaType);
            if (digests.Compression != said)
            {
                run.Findings.Add(LayerRules.CompressionType, "$", $"Its media type says {Name(said)}, and it is {Name(digests.Compression)}. This library looks at the content; other tools go by the media type.", layer);
            }
        }
    }

    private async Task ReadEntriesAsync(TarReader tar, VerifyingStream? blob, Descriptor layer, CancellationToken cancellationToken)
    {
        var path = new EntryPath();
        var names = new LayerEntries();
        long nameBytes = 0;
        int told = 0;
        while (await tar.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            // The blob is read on another thread, ahead of the tar; its position is only looked at.
            run.Report(layer, blob?.Position ?? 0);
            (ValidationRule Rule, string Message)? finding = CheckEntry(tar.Entry, path);
            if (finding?.Rule != LayerRules.EntryName && nameBytes <= run.Options.MaxNameBytes)
            {
                nameBytes += path.Normalized.Length;
                if (nameBytes > run.Options.MaxNameBytes)
                {
                    run.Findings.Add(LayerRules.EntriesNotCompared, "$", $"Its names have more than {run.Options.MaxNameBytes} bytes; those after {Show(tar.Entry)} were not compared with one another.", layer);
                }
                else if (names.Contains(0, path.Normalized))
                {
                    finding ??= (LayerRules.EntryTwice, $"The entry {Show(tar.Entry)} stands twice; tools take the last.");
                }
                else
                {
                    names.Add(0, path.Normalized);
                }
            }
            if (finding is not null && ++told <= MaxEntryFindings)
            {
                run.Findings.Add(finding.Value.Rule, "$", finding.Value.Message + (told == MaxEntryFindings ? " No more entries of this layer are told." : ""), layer);
            }
        }
    }

    private static (ValidationRule Rule, string Message)? CheckEntry(TarEntry entry, EntryPath path)
    {
        if (path.Set(entry.Name, allowAbsolute: false) is UnpackFailure failure)
        {
            return (LayerRules.EntryName, $"The entry {Show(entry)} is refused by an unpack: {failure}.");
        }
        ReadOnlySpan<byte> leaf = path.Leaf;
        // The leaf ends in NUL, which no name has in it.
        if (!leaf.StartsWith(".wh."u8))
        {
            return null;
        }
        bool isNamed = leaf.Length > ".wh.\0".Length && !leaf.SequenceEqual(".wh..\0"u8) && !leaf.SequenceEqual(".wh...\0"u8);
        return isNamed && entry.Type == TarEntryType.File && entry.Size == 0
            ? null
            : (LayerRules.Whiteout, $"The entry {Show(entry)} is a whiteout, and is no empty file or names nothing that it could remove.");
    }

    private static string Show(TarEntry entry) => PathText.Describe(entry.Name);

    private static string Name(CompressionAlgorithm algorithm) => algorithm == CompressionAlgorithm.None ? "plain tar" : $"{algorithm}".ToLowerInvariant();
}
