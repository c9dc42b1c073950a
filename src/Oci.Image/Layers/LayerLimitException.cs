namespace Oci.Image.Layers;

/// <summary>A layer is larger than the reader's options allow. Raise the option if the layer's source is to be trusted.</summary>
public sealed class LayerLimitException : OciImageException
{
    /// <summary>Makes an exception that names the limit.</summary>
    /// <param name="layer">The layer's digest.</param>
    /// <param name="limitName">The option, such as <c>MaxUncompressedSize</c>.</param>
    /// <param name="limit">Its value.</param>
    /// <param name="problem">What was met, such as <c>grows to more than 64 bytes</c>.</param>
    public LayerLimitException(Digest layer, string limitName, long limit, string problem)
        : base($"The layer {layer} {problem}, where LayerReaderOptions.{limitName} allows {limit}. Raise that option if you trust the layer's source.")
    {
        Layer = layer;
        LimitName = limitName;
        Limit = limit;
    }

    /// <summary>The layer's digest.</summary>
    public Digest Layer { get; }

    /// <summary>The name of the option that was reached.</summary>
    public string LimitName { get; }

    /// <summary>The value of that option.</summary>
    public long Limit { get; }
}
