namespace Oci.Runtime.Linux.Bundles;

/// <summary>How a bundle is made of an image and a store of layers.</summary>
public sealed class OverlayBundleOptions
{
    /// <summary>What is changed of the image's own configuration, such as the command. Its <see cref="ImageSpecOptions.Base"/>
    /// is by default that for root, or that for the user of this process.</summary>
    public ImageSpecOptions? Spec { get; set; }

    /// <summary>Whether what the container writes is kept in memory and ends with it. Default: it goes into the bundle's directory.</summary>
    public bool RootInMemory { get; set; }

    /// <summary>The most bytes that are kept in memory. Default: the kernel's, half of the machine's memory.</summary>
    public long? MaxMemory
    {
        get;
        set
        {
            if (value is long limit)
            {
                ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit, nameof(value));
            }
            field = value;
        }
    }
}
