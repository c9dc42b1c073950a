using Oci.Image;

namespace Oci.Distribution.Artifacts;

/// <summary>A manifest, and what refers to it.</summary>
public sealed class ReferrerNode
{
    private readonly List<ReferrerNode> _referrers = [];

    internal ReferrerNode(Descriptor descriptor) => Descriptor = descriptor;

    /// <summary>The manifest; of a referrer with its artifact type and annotations.</summary>
    public Descriptor Descriptor { get; }

    /// <summary>What refers to it, in the order of the registry.</summary>
    public IReadOnlyList<ReferrerNode> Referrers => _referrers;

    internal ReferrerNode Add(Descriptor referrer)
    {
        var node = new ReferrerNode(referrer);
        _referrers.Add(node);
        return node;
    }
}
