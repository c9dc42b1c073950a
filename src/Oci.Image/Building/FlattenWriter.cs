using Oci.Image.Layers;
using Oci.Image.Tar;

namespace Oci.Image.Building;

/// <summary>Writes a flattened layer: what the plan holds itself, and then what it names of the layers, as they are read again.</summary>
internal sealed class FlattenWriter(OciImage image, FlattenPlan plan, FlattenOptions options)
{
    private long _bytes;

    public async Task WriteAsync(TarWriter tar, CancellationToken cancellationToken)
    {
        foreach (TarHeader directory in plan.Directories)
        {
            await tar.WriteEntryAsync(directory, cancellationToken).ConfigureAwait(false);
        }
        for (int i = 0; i < plan.Files.Count; i++)
        {
            IReadOnlyDictionary<long, FlattenFile> files = plan.Files[i];
            if (files.Count == 0)
            {
                continue;
            }
            ImageLayer layer = image.Layers[i];
            Stream blob = await image.Source.OpenAsync(layer.Descriptor, cancellationToken).ConfigureAwait(false);
            await LayerPass.RunAsync(blob, layer.Descriptor, layer.DiffId, options.Layers, reader => CopyAsync(reader, files, tar, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        foreach ((EntryPlace place, EntryPlace target) in plan.LowerLinks)
        {
            await WriteLinkAsync(tar, place, target.ToPath(), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task CopyAsync(TarReader reader, IReadOnlyDictionary<long, FlattenFile> files, TarWriter tar, CancellationToken cancellationToken)
    {
        for (long entry = 0; await reader.ReadAsync(cancellationToken).ConfigureAwait(false); entry++)
        {
            if (!files.TryGetValue(entry, out FlattenFile? file))
            {
                continue;
            }
            byte[] path = file.Place.ToPath();
            var header = new TarHeader(reader.Entry) { Name = path, UserName = default, GroupName = default };
            if (header.Size > options.MaxBytes - _bytes)
            {
                throw new OciImageException($"With the {header.Size} bytes of '{TarName.ToDisplay(path)}', the flattened layer of {image.Descriptor.Digest} has more than the {options.MaxBytes} that FlattenOptions.MaxBytes allows.");
            }
            _bytes += header.Size;
            await tar.WriteEntryAsync(header, new TarContentStream(reader), cancellationToken).ConfigureAwait(false);
            foreach (EntryPlace link in file.Links)
            {
                await WriteLinkAsync(tar, link, path, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static ValueTask WriteLinkAsync(TarWriter tar, EntryPlace place, byte[] target, CancellationToken cancellationToken) =>
        tar.WriteEntryAsync(new TarHeader { Type = TarEntryType.HardLink, Name = place.ToPath(), LinkName = target }, cancellationToken);
}
