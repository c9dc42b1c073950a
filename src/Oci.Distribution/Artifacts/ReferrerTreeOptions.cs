namespace Oci.Distribution.Artifacts;

/// <summary>What a <see cref="ReferrerTree"/> has, and its limits.</summary>
public sealed class ReferrerTreeOptions
{
    /// <summary>Only referrers of this type, and what refers to these. Default all.</summary>
    public string? ArtifactType { get; set; }

    /// <summary>How deep the tree goes; 1 for what refers to the subject itself. Default 16.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set below 1 or above 64.</exception>
    public int MaxDepth
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 64);
            field = value;
        }
    } = 16;

    /// <summary>The most referrers of the whole tree. Default 10,000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set below 1.</exception>
    public int MaxReferrers
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 10_000;
}
