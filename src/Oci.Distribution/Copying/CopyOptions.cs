using Oci.Image;

namespace Oci.Distribution.Copying;

/// <summary>What is copied, and how.</summary>
public sealed class CopyOptions
{
    /// <summary>The most blobs and manifests on their way at once. Default 4.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set below 1 or above 64.</exception>
    public int MaxParallel
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 64);
            field = value;
        }
    } = 4;

    /// <summary>The platform whose image is copied, and tagged, where the reference leads to an index. Default none: the index is copied with all it holds.</summary>
    public Platform? Platform { get; set; }

    /// <summary>Says which manifests of an index are copied; the index stays as it is, and so is sparse, which not every registry takes. Default all.</summary>
    public Predicate<Descriptor>? Include { get; set; }

    /// <summary>True to copy what refers to the copied manifests as well: signatures, SBOMs. Default false.</summary>
    public bool IncludeReferrers { get; set; }

    /// <summary>
    /// True to upload layers that are marked as not for distribution (image-spec, layer.md), and to fail where the source
    /// lacks one. Default false: no registry gets them; a layout or other local store gets those that the source has.
    /// </summary>
    public bool IncludeNondistributable { get; set; }

    /// <summary>The largest manifest that is read, in bytes. Default 4 MiB.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to zero or less, or above 64 MiB.</exception>
    public int MaxManifestSize
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 64 * 1024 * 1024);
            field = value;
        }
    } = 4 * 1024 * 1024;

    /// <summary>The most manifests and blobs of one copy, so that no index sends a copy on for ever. Default 100,000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to zero or less.</exception>
    public int MaxItems
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            field = value;
        }
    } = 100_000;
}
