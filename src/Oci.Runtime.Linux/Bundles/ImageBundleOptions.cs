using Oci.Image.RootFilesystems;

namespace Oci.Runtime.Linux.Bundles;

/// <summary>How a bundle is made of an image.</summary>
public sealed class ImageBundleOptions
{
    /// <summary>What is changed of the image's own configuration, such as the command. Its <see cref="ImageSpecOptions.Base"/>
    /// is by default that for root, or that for the user of this process.</summary>
    public ImageSpecOptions? Spec { get; set; }

    /// <summary>How the layers are unpacked, and their limits.</summary>
    public UnpackOptions? Unpack { get; set; }
}
