using Oci.Image.Compression;
using Oci.Image.Layers;
using Oci.Image.RootFilesystems;
using Oci.Image.Tar;

namespace Oci.Image.Building;

/// <summary>Makes a layer and puts it into a store, in one pass. What fails leaves nothing in the store.</summary>
/// <remarks>
/// The digests depend on the content, the options and the .NET version: not on the number of processors, the umask, the
/// time zone or the order in which a directory lists its files.
/// </remarks>
/// <example>
/// <code>
/// LayerDigests layer = await LayerBuilder.FromDirectoryAsync(layout, "rootfs");
/// Descriptor image = await new ImageBuilder().AddLayer(layer).BuildAsync(layout);
/// </code>
/// </example>
public static class LayerBuilder
{
    /// <summary>Makes a layer of all that is in a directory, as <see cref="DirectoryPacker"/> packs it.</summary>
    /// <param name="store">Where the layer goes.</param>
    /// <param name="directory">The directory of this machine.</param>
    /// <param name="options">How to make it, and where in the image the content goes; <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Ends the work; nothing is kept then.</param>
    /// <exception cref="ArgumentException">The target path cannot be in an image.</exception>
    /// <inheritdoc cref="DirectoryPacker.PackAsync" path="/exception"/>
    public static Task<LayerDigests> FromDirectoryAsync(IContentStore store, string directory, LayerBuilderOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        options = (options ?? new LayerBuilderOptions()).Copy();
        PackOptions pack = options.Pack ?? new PackOptions();
        pack.Prefix = ImagePath.ToBytes(options.TargetPath, allowRoot: true, nameof(options));
        return CreateAsync(store, WriteAsync, options, cancellationToken);

        async Task WriteAsync(TarWriter tar, CancellationToken token)
        {
            if (options.AddParents)
            {
                IEnumerable<byte[]> parents = ImagePath.GetParents(pack.Prefix);
                foreach (byte[] parent in pack.IncludeRoot || pack.Prefix.Length == 0 ? parents : parents.Append(pack.Prefix))
                {
                    await tar.WriteEntryAsync(LayerFileWriter.CreateParent(parent), token).ConfigureAwait(false);
                }
            }
            await new DirectoryPacker(pack).PackAsync(directory, tar, token).ConfigureAwait(false);
        }
    }

    /// <summary>Makes a layer of single files, in the order of their paths.</summary>
    /// <param name="store">Where the layer goes.</param>
    /// <param name="files">The files. Content is read when its turn comes.</param>
    /// <param name="options">How to make it; <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Ends the work; nothing is kept then.</param>
    /// <exception cref="ArgumentException">A path cannot be in an image, comes twice, or lies below what is no directory.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="InvalidDataException">Content is longer or shorter than was said.</exception>
    public static Task<LayerDigests> FromFilesAsync(IContentStore store, IEnumerable<LayerFile> files, LayerBuilderOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(files);
        options = (options ?? new LayerBuilderOptions()).Copy();
        var writer = new LayerFileWriter(files, ImagePath.ToBytes(options.TargetPath, allowRoot: true, nameof(options)), options.AddParents);
        return CreateAsync(store, writer.WriteAsync, options, cancellationToken);
    }

    /// <summary>Makes a layer of a tar archive that exists, which is checked on its way.</summary>
    /// <param name="store">Where the layer goes.</param>
    /// <param name="archive">The archive, plain or compressed with gzip or Zstandard, read from where it stands to its end; it stays open.</param>
    /// <param name="options">Whether compressed data is kept as it is, and the limits; <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Ends the work; nothing is kept then.</param>
    /// <exception cref="TarFormatException">It is no tar archive, or a truncated one.</exception>
    /// <exception cref="CompressionException">The compressed data is damaged, or of a format that layers cannot have.</exception>
    /// <exception cref="LayerLimitException">The archive is larger than the options allow.</exception>
    public static async Task<LayerDigests> FromTarAsync(IContentStore store, Stream archive, LayerBuilderOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(archive);
        options = (options ?? new LayerBuilderOptions()).Copy();
        LayerReaderOptions limits = options.Archive ?? LayerReaderOptions.Default;
        byte[] start = new byte[CompressionDetector.MagicLength];
        int read = await archive.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        using var whole = new PrefixedStream(start.AsMemory(0, read), archive);
        CompressionAlgorithm compression = CompressionDetector.Detect(start.AsSpan(0, read));
        if (!options.KeepCompression || compression == CompressionAlgorithm.None)
        {
            return await WriteAsync(store, CompressAsync, options.Codec, cancellationToken).ConfigureAwait(false);
        }
        LayerArchive? content = null;
        LayerDigests kept = await WriteAsync(store, KeepAsync, codec: null, cancellationToken).ConfigureAwait(false);
        return kept with
        {
            Descriptor = kept.Descriptor with { MediaType = LayerWriter.GetMediaType(content!.Compression) },
            DiffId = content.DiffId,
            UncompressedSize = content.Size,
            Compression = content.Compression,
        };

        Task CompressAsync(LayerWriter layer) => ReadAsync(whole, layer.Archive);

        async Task KeepAsync(LayerWriter layer) =>
            content = await ReadAsync(new TeeStream(whole, layer.Archive), copy: null).ConfigureAwait(false);

        Task<LayerArchive> ReadAsync(Stream source, Stream? copy) =>
            ArchiveReader.ReadAsync(compression == CompressionAlgorithm.Gzip ? new GzipEndStream(source) : source, copy, limits, cancellationToken);
    }

    /// <summary>Makes a layer of the entries that a method writes.</summary>
    /// <param name="store">Where the layer goes.</param>
    /// <param name="write">Writes the entries. The archive is ended when it returns.</param>
    /// <param name="options">How to make it; <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Ends the work; nothing is kept then.</param>
    public static Task<LayerDigests> CreateAsync(IContentStore store, Func<TarWriter, CancellationToken, Task> write, LayerBuilderOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(write);
        options ??= new LayerBuilderOptions();
        return WriteAsync(store, layer => write(layer.Tar, cancellationToken), options.Codec, cancellationToken);
    }

    private static async Task<LayerDigests> WriteAsync(IContentStore store, Func<LayerWriter, Task> write, CompressionCodec? codec, CancellationToken cancellationToken)
    {
        ContentWriter blob = await store.CreateAsync(cancellationToken).ConfigureAwait(false);
        await using (blob.ConfigureAwait(false))
        {
            var layer = new LayerWriter(blob, new LayerWriterOptions { Codec = codec });
            await using (layer.ConfigureAwait(false))
            {
                await write(layer).ConfigureAwait(false);
                LayerDigests digests = await layer.CompleteAsync(cancellationToken).ConfigureAwait(false);
                await blob.CommitAsync(digests.Descriptor.MediaType, digests.Descriptor.Digest, cancellationToken).ConfigureAwait(false);
                return digests;
            }
        }
    }
}
