using Oci.Image.Configuration;
using Oci.Image.Layers;

namespace Oci.Image.Building;

public sealed partial class ImageBuilder
{
    /// <summary>Adds a layer on top.</summary>
    /// <param name="layer">The blob, which the store must have when the image is built.</param>
    /// <param name="diffId">The digest of the uncompressed tar.</param>
    /// <param name="history">How the layer came about.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="InvalidOperationException">There are <see cref="MaxLayers"/> layers.</exception>
    public ImageBuilder AddLayer(Descriptor layer, Digest diffId, History? history = null) =>
        Insert(_steps.LayerCount, layer, diffId, history);

    /// <summary>Adds a layer on top, as <see cref="LayerBuilder"/> made it.</summary>
    /// <inheritdoc cref="AddLayer(Descriptor, Digest, History?)"/>
    public ImageBuilder AddLayer(LayerDigests layer, History? history = null) => InsertLayer(_steps.LayerCount, layer, history);

    /// <summary>Puts a layer between others.</summary>
    /// <param name="index">The index that the layer gets, 0 for the lowest; the number of layers to put it on top.</param>
    /// <param name="layer">The layer, which the store must have when the image is built.</param>
    /// <param name="history">How the layer came about.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer layers.</exception>
    /// <exception cref="InvalidOperationException">There are <see cref="MaxLayers"/> layers.</exception>
    public ImageBuilder InsertLayer(int index, LayerDigests layer, History? history = null)
    {
        ArgumentNullException.ThrowIfNull(layer);
        return Insert(index, layer.Descriptor, layer.DiffId, history);
    }

    /// <summary>Takes a layer out, with its entry of the history.</summary>
    /// <param name="index">The layer's index, 0 for the lowest.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer.</exception>
    public ImageBuilder RemoveLayer(int index)
    {
        _steps.Remove(index);
        return this;
    }

    /// <summary>Puts a layer in the place of another.</summary>
    /// <param name="index">The index of the layer that goes, 0 for the lowest.</param>
    /// <param name="layer">The layer that comes, which the store must have when the image is built.</param>
    /// <param name="history">How it came about; by default what the history says of the layer that goes.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer.</exception>
    public ImageBuilder ReplaceLayer(int index, LayerDigests layer, History? history = null)
    {
        ArgumentNullException.ThrowIfNull(layer);
        Check(layer.DiffId, history);
        _steps.Replace(index, Strip(layer.Descriptor), layer.DiffId, history);
        return this;
    }

    /// <summary>Adds a step that made no layer, such as a change of the config.</summary>
    /// <returns>This builder.</returns>
    public ImageBuilder AddHistory(History history)
    {
        ArgumentNullException.ThrowIfNull(history);
        _steps.AddHistory(history);
        return this;
    }

    /// <summary>Takes all layers from an index up out, with their history and that of the steps between and above.</summary>
    internal IReadOnlyList<History> RemoveFrom(int index) => _steps.RemoveFrom(index);

    private ImageBuilder Insert(int index, Descriptor layer, Digest diffId, History? history)
    {
        ArgumentNullException.ThrowIfNull(layer);
        Check(diffId, history);
        if (_steps.LayerCount >= MaxLayers)
        {
            throw new InvalidOperationException($"The image has {_steps.LayerCount} layers, which is the most that {nameof(MaxLayers)} allows. Make one of some of them: see {nameof(ImageFlattener)}.");
        }
        _steps.Insert(index, Strip(layer), diffId, history ?? new History { CreatedBy = "OciSdk" });
        return this;
    }

    private static void Check(Digest diffId, History? history)
    {
        if (diffId == default)
        {
            throw new ArgumentException("The DiffID is empty.", nameof(diffId));
        }
        if (history?.EmptyLayer == true)
        {
            throw new ArgumentException($"A layer's history does not say that there is none; see {nameof(AddHistory)}.", nameof(history));
        }
    }

    private static Descriptor Strip(Descriptor layer) => layer.ToPlain() with { Annotations = layer.Annotations, Urls = layer.Urls };
}
