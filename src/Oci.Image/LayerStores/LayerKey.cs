namespace Oci.Image.LayerStores;

/// <summary>The name of an unpacked layer in a store: of one layer by its DiffID, or of a stack of them by its ChainID.</summary>
internal readonly record struct LayerKey
{
    private LayerKey(string text) => Text = text;

    /// <summary>A file name.</summary>
    public string Text { get; }

    public static LayerKey OfLayer(Digest diffId) => new("diff-" + Name(diffId));

    public static LayerKey OfStack(Digest chainId) => new("chain-" + Name(chainId));

    /// <summary>From a name of a directory or a pin; false for what is no key.</summary>
    public static bool TryParse(string text, out LayerKey key)
    {
        int dash = text.IndexOf('-', StringComparison.Ordinal);
        bool isKey = dash > 0 && text[..dash] is "diff" or "chain"
            && text.LastIndexOf('-') is int last && last > dash
            && Digest.TryParse($"{text[(dash + 1)..last]}:{text[(last + 1)..]}", out _);
        key = isKey ? new LayerKey(text) : default;
        return isKey;
    }

    public override string ToString() => Text;

    // A digest is letters, digits and one colon once it is parsed, so that it is safe as a name.
    private static string Name(Digest digest) => digest.ToString().Replace(':', '-');
}
