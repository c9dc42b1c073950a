using Oci.Image.Layers;
using Oci.Image.PortableFilesystems;

namespace Oci.Image.RootFilesystems;

/// <summary>How layers are unpacked, and the limits they must keep to.</summary>
public sealed class UnpackOptions
{
    /// <summary>What to do about owners. Default <see cref="OwnershipPolicy.Auto"/>.</summary>
    public OwnershipPolicy Ownership { get; set; }

    /// <summary>How user ids of the image become ids of this machine. Default none: they are taken as they are.</summary>
    /// <exception cref="ArgumentException">A range reaches beyond 4294967294, the last id there is.</exception>
    public IReadOnlyList<IdMapping> UidMappings { get; set => field = IdMapping.Checked(value); } = [];

    /// <summary>How group ids of the image become ids of this machine. Default none: they are taken as they are.</summary>
    /// <exception cref="ArgumentException">A range reaches beyond 4294967294, the last id there is.</exception>
    public IReadOnlyList<IdMapping> GidMappings { get; set => field = IdMapping.Checked(value); } = [];

    /// <summary>The most entries of all layers together. Default 4,000,000.</summary>
    public long MaxEntries { get; set => field = Positive(value); } = 4_000_000;

    /// <summary>The most bytes of file content of all layers together, holes not counted. Default 128 GiB.</summary>
    public long MaxBytes { get; set => field = Positive(value); } = 128L << 30;

    /// <summary>How deep directories may lie in each other. Default 256, at most 1000; two file descriptors are needed for each where a failed unpack is removed.</summary>
    public int MaxDepth
    {
        get;
        set
        {
            // What cannot be removed again must not be unpacked.
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TreeRemover.MaxDepth);
            field = (int)Positive(value);
        }
    } = 256;

    /// <summary>Takes a leading slash off names in place of refusing them, for images of tools that write one. Default false.</summary>
    public bool AllowAbsoluteNames { get; set; }

    /// <summary>Leaves what was unpacked so far where an unpack fails, for a look at it. Default false: it is removed.</summary>
    public bool KeepOnFailure { get; set; }

    /// <summary>The limits of each layer, and what decompresses it; <see langword="null"/> for the defaults.</summary>
    public LayerReaderOptions? Layers { get; set; }

    /// <summary>Resolves paths without openat2(2), as on kernels before 5.6: for tests.</summary>
    internal bool WalksByComponent { get; set; }

    /// <summary>Unpacks as on systems other than Linux, by these names: for tests.</summary>
    internal PortableNames? PortableNames { get; set; }

    /// <summary>Unpacks one layer as overlayfs takes it, with whiteouts as devices and marks, and not onto the layers below.</summary>
    internal bool ForOverlay { get; init; }

    internal UnpackOptions Copy() => Copy(ForOverlay);

    internal UnpackOptions Copy(bool forOverlay) => new()
    {
        ForOverlay = forOverlay,
        Ownership = Ownership,
        UidMappings = [.. UidMappings],
        GidMappings = [.. GidMappings],
        MaxEntries = MaxEntries,
        MaxBytes = MaxBytes,
        MaxDepth = MaxDepth,
        AllowAbsoluteNames = AllowAbsoluteNames,
        KeepOnFailure = KeepOnFailure,
        Layers = Layers?.Copy(),
        WalksByComponent = WalksByComponent,
        PortableNames = PortableNames,
    };

    private static long Positive(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
        return value;
    }
}
