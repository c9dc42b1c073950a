using Oci.Image.RootFilesystems;

namespace Oci.Image.LayerStores;

/// <summary>Adds up how far the layers of one image have come that are unpacked at the same time.</summary>
internal sealed class LayerProgress(int count, IProgress<UnpackProgress> progress)
{
    private readonly Lock _lock = new();
    private readonly UnpackProgress[] _layers = new UnpackProgress[count];

    /// <summary>What one layer's unpack reports to.</summary>
    public IProgress<UnpackProgress> For(int index) => new OneLayer(this, index);

    private void Report(int index, UnpackProgress value)
    {
        lock (_lock)
        {
            _layers[index] = value;
            progress.Report(new UnpackProgress(index, count, _layers.Sum(l => l.Entries), _layers.Sum(l => l.Bytes)));
        }
    }

    private sealed class OneLayer(LayerProgress all, int index) : IProgress<UnpackProgress>
    {
        public void Report(UnpackProgress value) => all.Report(index, value);
    }
}
