using Oci.Image;

namespace Oci.Distribution.Referrers;

/// <summary>The tag under which the list of referrers stands where a registry lacks the API (distribution-spec, "Referrers Tag Schema").</summary>
internal static class ReferrersTag
{
    // "Truncating the algorithm to 32 characters and the encoded part to 64": the algorithms that are known have shorter names.
    private const int MaxHexLength = 64;

    public static string For(Digest subject)
    {
        ReadOnlySpan<char> hex = subject.Hex;
        return $"{subject.AlgorithmName}-{(hex.Length <= MaxHexLength ? hex : hex[..MaxHexLength])}";
    }
}
