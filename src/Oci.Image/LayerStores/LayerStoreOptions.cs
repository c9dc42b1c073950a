using Oci.Image.RootFilesystems;

namespace Oci.Image.LayerStores;

/// <summary>Settings of a <see cref="LayerStore"/>, which copies them when it is opened.</summary>
public sealed class LayerStoreOptions
{
    /// <summary>How layers are unpacked. The limits hold for each layer by itself. Null for the defaults.</summary>
    public UnpackOptions? Unpack { get; set; }

    /// <summary>How many layers of an image are read and unpacked at a time. Default 3.</summary>
    public int MaxConcurrentLayers
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            field = value;
        }
    } = 3;
}
