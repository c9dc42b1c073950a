using System.Globalization;
using Oci.Image;

namespace Oci.Distribution.AspNetCore.GarbageCollection;

/// <summary>Digests of a whole registry, by their first 128 bits: two that share these are both kept, which costs a collection nothing but their bytes.</summary>
internal sealed class DigestSet
{
    private const int KeyLength = 32;

    private readonly HashSet<UInt128> _keys = [];

    public void UnionWith(IEnumerable<Digest> digests)
    {
        foreach (Digest digest in digests)
        {
            _keys.Add(KeyOf(digest));
        }
    }

    public bool Contains(Digest digest) => _keys.Contains(KeyOf(digest));

    private static UInt128 KeyOf(Digest digest) => UInt128.Parse(digest.Hex[..KeyLength], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
