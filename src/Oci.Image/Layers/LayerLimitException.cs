namespace Oci.Image.Layers;

/// <summary>A layer is larger than the reader's options allow. Raise the option if the layer's source is to be trusted.</summary>
public sealed class LayerLimitException : OciImageException
{
    /// <summary>Makes an exception that names the limit.</summary>
    /// <param name="layer">The layer's digest; empty where it is not known yet.</param>
    /// <param name="limitName">The option, such as <c>MaxUncompressedSize</c>.</param>
    /// <param name="limit">Its value.</param>
    /// <param name="problem">What was met, such as <c>grows to more than 64 bytes</c>.</param>
    public LayerLimitException(Digest layer, string limitName, long limit, string problem)
        : base($"{Describe(layer)} {problem}, where LayerReaderOptions.{limitName} allows {limit}. Raise that option if you trust the layer's source.")
    {
        Layer = layer;
        LimitName = limitName;
        Limit = limit;
    }

    /// <summary>The layer's digest; empty where it is not known yet, since the layer is being made.</summary>
    public Digest Layer { get; }

    /// <summary>The name of the option that was reached.</summary>
    public string LimitName { get; }

    /// <summary>The value of that option.</summary>
    public long Limit { get; }

    internal static string Describe(Digest layer) => layer == default ? "The archive" : $"The layer {layer}";
}
