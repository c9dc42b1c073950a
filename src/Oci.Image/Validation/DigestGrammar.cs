using System.Text.RegularExpressions;

namespace Oci.Image.Validation;

/// <summary>What the spec's grammar takes for a digest, of any algorithm (descriptor.md, "Digests").</summary>
internal static partial class DigestGrammar
{
    /// <summary>Far more than any algorithm needs.</summary>
    public const int MaxLength = 1024;

    /// <summary>Whether the text is a digest: by the grammar, and for a registered algorithm by its own length and letters.</summary>
    public static bool IsMatch(string text) => IsRegistered(text) ? Digest.TryParse(text, out _) : text.Length <= MaxLength && Pattern.IsMatch(text);

    /// <summary>Whether the algorithm is one that the spec registers.</summary>
    public static bool IsRegistered(string text) =>
        text.StartsWith("sha256:", StringComparison.Ordinal) || text.StartsWith("sha512:", StringComparison.Ordinal) || text.StartsWith("blake3:", StringComparison.Ordinal);

    /// <summary>Whether the text is the name of an algorithm, registered or not.</summary>
    public static bool IsAlgorithm(string text) => IsMatch(text + ":0") || IsRegistered(text + ":");

    [GeneratedRegex(@"\A[a-z0-9]+(?:[+._-][a-z0-9]+)*:[a-zA-Z0-9=_-]+\z")]
    private static partial Regex Pattern { get; }
}
