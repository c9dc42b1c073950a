using System.Text;
using Oci.Image.Changes;
using Oci.Image.Configuration;
using Oci.Image.Layers;

namespace Oci.Image.Building;

/// <summary>Makes one layer of all layers of an image, or of those from one up. Nothing is unpacked to disk.</summary>
/// <remarks>
/// <para>
/// The layers are read twice: first the entries, of which a tree in memory is made as an unpack would make it on disk;
/// then the content of what is left, which goes straight into the new layer. So names are held in memory, and content
/// is not. The result unpacks to the same tree. Names come as they are after symbolic links were resolved; directories
/// come first, in their order, then the files as the layers have them. The holes of sparse files are written as zeros.
/// </para>
/// <para>
/// With layers below that stay, the new one deletes what the layers it replaces deleted there. A hardlink to a file of
/// a layer below stays one, and becomes the file where that was deleted.
/// </para>
/// <para>
/// Config, platform and annotations stay, but for those of the base image where its layers are flattened too. The history
/// of the layers flattened becomes one entry, in whose comment they stand as JSON, as crane does it.
/// </para>
/// </remarks>
public static class ImageFlattener
{
    /// <summary>Flattens an image.</summary>
    /// <param name="image">The image; its layers are read from its source, and verified.</param>
    /// <param name="store">Where the result goes, with all its layers.</param>
    /// <param name="options">From which layer up, and limits; <see langword="null"/> for the defaults. Copied.</param>
    /// <param name="cancellationToken">Ends the work. Layers that were copied may stay in the store.</param>
    /// <returns>The descriptor of the new manifest, with its platform. It has no tag yet.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The image has no such layer as the options name.</exception>
    /// <exception cref="RootFilesystems.UnpackException">An entry is refused, as an unpack would refuse it.</exception>
    /// <exception cref="Tar.TarFormatException">A layer is no tar archive, or a truncated one.</exception>
    /// <exception cref="ContentMismatchException">A layer is not what its descriptor or DiffID says.</exception>
    /// <exception cref="OciImageException">A limit is met.</exception>
    public static async Task<Descriptor> FlattenAsync(OciImage image, IContentStore store, FlattenOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(store);
        options = (options ?? new FlattenOptions()).Copy();
        int first = options.FirstLayer;
        if (first >= image.Layers.Count)
        {
            throw new ArgumentOutOfRangeException(nameof(options), first, $"The image {image.Descriptor.Digest} has {image.Layers.Count} layers, so that there is none to flatten from index {first} up.");
        }
        FlattenPlan plan = await PlanAsync(image, options, cancellationToken).ConfigureAwait(false);
        var writer = new FlattenWriter(image, plan, options);
        LayerDigests layer = await LayerBuilder.CreateAsync(store, writer.WriteAsync, new LayerBuilderOptions { Codec = options.Codec }, cancellationToken).ConfigureAwait(false);
        await LayerCopy.CopyMissingAsync(image.Source, image.Manifest.Layers.Take(first), store, cancellationToken).ConfigureAwait(false);

        var builder = ImageBuilder.Edit(image);
        IReadOnlyList<History> removed = builder.RemoveFrom(first);
        builder.AddLayer(layer, new History
        {
            Created = image.Config.Created,
            CreatedBy = $"flatten {image.Descriptor.Digest}",
            Comment = Encoding.UTF8.GetString(OciJson.ToUtf8Bytes(removed, OciJsonContext.Default.IReadOnlyListHistory)),
        });
        if (first == 0)
        {
            builder.Annotations.Remove(AnnotationKeys.BaseName);
            builder.Annotations.Remove(AnnotationKeys.BaseDigest);
        }
        return await builder.BuildAsync(store, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<FlattenPlan> PlanAsync(OciImage image, FlattenOptions options, CancellationToken cancellationToken)
    {
        var tree = new ImageTree(options.ToTreeOptions());
        LowerTree? lower = null;
        for (int i = 0; i < image.Layers.Count; i++)
        {
            if (i > 0 && i == options.FirstLayer)
            {
                lower = new LowerTree(tree.Root);
            }
            ImageLayer layer = image.Layers[i];
            int index = i;
            Stream blob = await image.Source.OpenAsync(layer.Descriptor, cancellationToken).ConfigureAwait(false);
            await LayerPass.RunAsync(blob, layer.Descriptor, layer.DiffId, options.Layers, tar => tree.ApplyAsync(tar, layer, index, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        return new FlattenPlan(tree.Root, lower, image.Layers.Count, options.FirstLayer);
    }
}
