namespace Oci.Image.LayerStores;

/// <summary>Where things are in a store.</summary>
internal sealed class LayerStorePaths(string root)
{
    public string Root { get; } = root;

    public string Layers { get; } = Path.Combine(root, "layers");

    public string Locks { get; } = Path.Combine(root, "locks");

    public string Pins { get; } = Path.Combine(root, "pins");

    public string LockOf(LayerKey key) => Path.Combine(Locks, key.Text);
}
