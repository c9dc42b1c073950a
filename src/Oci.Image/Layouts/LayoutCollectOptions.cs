namespace Oci.Image.Layouts;

/// <summary>What <see cref="OciLayout.CollectAsync"/> removes.</summary>
public sealed class LayoutCollectOptions
{
    /// <summary>True to say what would be removed, and to change nothing: needs no write access and takes no lock. Default false.</summary>
    public bool DryRun { get; set; }

    /// <summary>
    /// How long a blob is left alone after it was written or asked for, though nothing points to it: whoever wrote
    /// it may be about to write the manifest. Default one hour. Zero is for a layout that nothing else writes to.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to a negative value.</exception>
    public TimeSpan GracePeriod
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            field = value;
        }
    } = TimeSpan.FromHours(1);

    /// <summary>
    /// True, the default, to let signatures, SBOMs and other referrers without a tag live as long as their subject: they
    /// are kept with it, whether <c>index.json</c> lists them or not, and go with it. A listed one whose subject was
    /// never in the layout stays. False to keep what <c>index.json</c> lists, and nothing else.
    /// </summary>
    public bool FollowReferrers { get; set; } = true;

    /// <summary>The clock that the grace period is measured by; the system's by default.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public TimeProvider Clock
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            field = value;
        }
    } = TimeProvider.System;

    internal LayoutCollectOptions Copy() => (LayoutCollectOptions)MemberwiseClone();
}
