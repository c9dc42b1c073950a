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

    /// <summary>The platform whose image is copied, and tagged, in place of the index that the reference leads to. Default none: the index is copied with all it holds.</summary>
    public Platform? Platform { get; set; }

    /// <summary>The platforms whose images are copied of an index, with BuildKit's attestations of them; the index is copied too. Default empty: all. What is left out makes the index sparse, unless <see cref="ReduceIndex"/> is set.</summary>
    public IReadOnlyList<Platform> Platforms
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            field = [.. value];
        }
    } = [];

    /// <summary>Says which manifests of an index are copied. Default all. What is left out makes the index sparse, unless <see cref="ReduceIndex"/> is set.</summary>
    public Predicate<Descriptor>? Include { get; set; }

    /// <summary>
    /// True to write a new index of what is copied where <see cref="Platforms"/> or <see cref="Include"/> leave something out:
    /// it has another digest, and no referrers. Default false: the index keeps its bytes and is sparse, which not every registry takes.
    /// </summary>
    public bool ReduceIndex { get; set; }

    /// <summary>True to copy what refers to the copied manifests as well, and what refers to that: signatures, SBOMs. Manifests that the destination has count as copied. Default false.</summary>
    public bool IncludeReferrers { get; set; }

    /// <summary>The artifact types of the referrers that <see cref="IncludeReferrers"/> copies. Default empty: all.</summary>
    public IReadOnlyList<string> ReferrerTypes
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            field = [.. value];
        }
    } = [];

    /// <summary>True to have a local destination read what it has already, and to copy what is damaged there. Default false: what is there by name and size is taken for whole. Registries are not asked to.</summary>
    public bool Repair { get; set; }

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

    /// <exception cref="OciImageException">There are more than <see cref="MaxItems"/>.</exception>
    internal void CheckCount(int count)
    {
        if (count > MaxItems)
        {
            throw new OciImageException($"There are more than {MaxItems} manifests and blobs to copy. CopyOptions.MaxItems sets the limit.");
        }
    }

    internal CopyOptions Copy() => (CopyOptions)MemberwiseClone();
}
