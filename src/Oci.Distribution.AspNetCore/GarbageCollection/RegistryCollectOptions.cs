namespace Oci.Distribution.AspNetCore.GarbageCollection;

/// <summary>What <see cref="RegistryGarbageCollector.CollectAsync"/> removes.</summary>
public sealed class RegistryCollectOptions
{
    /// <summary>True to say what would be removed, and to change nothing. False by default.</summary>
    public bool DryRun { get; set; }

    /// <summary>
    /// How long a blob, a manifest or its content is left alone after it was pushed or a client asked with HEAD whether it
    /// is there: a push may be about to name it. One hour by default; give it the time of your longest push. Less than a few
    /// minutes is for a registry that nobody pushes to.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to a negative value, or to more than 3650 days.</exception>
    public TimeSpan GracePeriod
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromDays(3650));
            field = value;
        }
    } = TimeSpan.FromHours(1);

    /// <summary>True, the default, to take from each repository the blobs that none of its manifests needs. False where blobs are pushed without a manifest, to stay.</summary>
    public bool RemoveUnusedBlobs { get; set; } = true;

    /// <summary>
    /// True to remove manifests that no tag points to, and that no index, subject or referrer of a manifest that stays
    /// leads to. A referrer goes with its subject; one whose subject is not in the repository stays. False by default:
    /// what was pushed by digest stays until it is deleted.
    /// </summary>
    public bool RemoveUntagged { get; set; }

    /// <summary>Told what was removed so far, after each repository and each part of the content. <see langword="null"/> by default.</summary>
    public IProgress<RegistryCollection>? Progress { get; set; }

    internal RegistryCollectOptions Copy() => (RegistryCollectOptions)MemberwiseClone();
}
