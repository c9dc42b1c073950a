using Oci.Image.Configuration;

namespace Oci.Image.Building;

/// <summary>The layers of an image and its history, kept in step: each layer has one entry, and entries without a layer lie between.</summary>
internal sealed class ImageSteps
{
    private readonly List<Step> _steps = [];

    /// <summary>Pairs layers with history, the lowest first.</summary>
    /// <remarks>
    /// Tools pair the two by counting. Where an image has too few entries for its layers, the layers above go without;
    /// where it has too many, those too many are taken as steps that made no layer.
    /// </remarks>
    public ImageSteps(IReadOnlyList<Descriptor> layers, IReadOnlyList<Digest> diffIds, IReadOnlyList<History>? history)
    {
        int layer = 0;
        foreach (History step in history ?? [])
        {
            bool hasLayer = step.EmptyLayer != true && layer < layers.Count;
            _steps.Add(hasLayer
                ? new Step(step, new LayerStep(layers[layer], diffIds[layer++], step))
                : new Step(step.EmptyLayer == true ? step : step with { EmptyLayer = true }, null));
        }
        for (; layer < layers.Count; layer++)
        {
            _steps.Add(Step.Of(layers[layer], diffIds[layer], new History()));
        }
    }

    public ImageSteps(OciImage image)
        : this(image.Manifest.Layers, image.Config.RootFs.DiffIds, image.Config.History)
    {
    }

    public IReadOnlyList<LayerStep> Layers => [.. _steps.Select(step => step.Layer).OfType<LayerStep>()];

    public IReadOnlyList<History> History => [.. _steps.Select(step => step.History)];

    public int LayerCount => _steps.Count(step => step.Layer is not null);

    public void AddHistory(History history) => _steps.Add(new Step(history with { EmptyLayer = true }, null));

    /// <summary>Puts a layer below the one that has the index now, and above any entries without a layer before it.</summary>
    public void Insert(int index, Descriptor layer, Digest diffId, History history) =>
        _steps.Insert(index == LayerCount ? _steps.Count : Find(index), Step.Of(layer, diffId, history));

    public void Remove(int index) => _steps.RemoveAt(Find(index));

    public void Replace(int index, Descriptor layer, Digest diffId, History? history)
    {
        int at = Find(index);
        _steps[at] = Step.Of(layer, diffId, history ?? _steps[at].History);
    }

    /// <summary>Removes the layers from an index up, with all history above the layer below.</summary>
    /// <returns>The history removed.</returns>
    public IReadOnlyList<History> RemoveFrom(int index)
    {
        int at = Find(index);
        List<Step> removed = _steps.GetRange(at, _steps.Count - at);
        _steps.RemoveRange(at, _steps.Count - at);
        return [.. removed.Select(step => step.History)];
    }

    /// <summary>Puts these steps, but for those of an old base, on top of those of a new base.</summary>
    /// <remarks>The old base's are its layers and as many entries as it has, as long as no layer of the image's own is among them.</remarks>
    public ImageSteps Rebase(ImageSteps oldBase, ImageSteps newBase)
    {
        int baseLayers = oldBase.LayerCount;
        int end = baseLayers == 0 ? 0 : Find(baseLayers - 1) + 1;
        int ownLayer = baseLayers == LayerCount ? _steps.Count : Find(baseLayers);
        int start = Math.Max(end, Math.Min(oldBase._steps.Count, ownLayer));
        var result = new ImageSteps([], [], null);
        result._steps.AddRange(newBase._steps);
        result._steps.AddRange(_steps.Skip(start));
        return result;
    }

    private int Find(int index)
    {
        int layer = -1;
        int at = index < 0 ? -1 : _steps.FindIndex(step => step.Layer is not null && ++layer == index);
        return at >= 0 ? at : throw new ArgumentOutOfRangeException(nameof(index), index, $"The image has {LayerCount} layers.");
    }

    private readonly record struct Step(History History, LayerStep? Layer)
    {
        public static Step Of(Descriptor layer, Digest diffId, History history) => new(history, new LayerStep(layer, diffId, history));
    }
}
