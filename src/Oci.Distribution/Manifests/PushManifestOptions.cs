using Oci.Image;

namespace Oci.Distribution.Manifests;

/// <summary>How a manifest is pushed.</summary>
public sealed class PushManifestOptions
{
    /// <summary>The tags to set. Default none: the manifest is pushed by its digest.</summary>
    /// <remarks>
    /// Several go in one request (<c>?tag=</c>) where the registry says that it took them (<c>OCI-Tag</c>), and in one request each where it does not.
    /// </remarks>
    /// <exception cref="ArgumentNullException">Set to null.</exception>
    /// <exception cref="FormatException">One is none by distribution-spec.</exception>
    public IReadOnlyList<string> Tags
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            string[] copy = [.. value.Distinct(StringComparer.Ordinal)];
            foreach (string tag in copy)
            {
                ReferenceGrammar.CheckTag(tag);
            }
            field = copy;
        }
    } = [];

    /// <summary>The algorithm of the digest to push by. Default SHA-256. Not every registry takes others, and one that does may let a tag stand for the SHA-256.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to one that cannot be computed.</exception>
    public DigestAlgorithm Algorithm
    {
        get;
        set
        {
            if (value is not (DigestAlgorithm.Sha256 or DigestAlgorithm.Sha512))
            {
                throw new ArgumentOutOfRangeException(nameof(value), value, "A manifest is pushed by sha256 or sha512.");
            }
            field = value;
        }
    } = DigestAlgorithm.Sha256;
}
