using Oci.Distribution.Copying;

namespace Oci.Distribution.Syncing;

/// <summary>What a sync copies, and how.</summary>
/// <remarks>
/// Patterns are globs over the whole name: <c>*</c> stands for any characters but a slash, <c>**</c> for any at all,
/// <c>?</c> for one that is no slash. Case matters.
/// </remarks>
public sealed class SyncOptions
{
    /// <summary>Patterns of the repositories to sync. Default empty: all.</summary>
    public IList<string> Repositories { get; } = [];

    /// <summary>Patterns of the repositories to leave out, whatever <see cref="Repositories"/> says. Default none.</summary>
    public IList<string> ExcludedRepositories { get; } = [];

    /// <summary>Patterns of the tags to sync. Default empty: all.</summary>
    public IList<string> Tags { get; } = [];

    /// <summary>Patterns of the tags to leave out, whatever <see cref="Tags"/> says. Default none.</summary>
    public IList<string> ExcludedTags { get; } = [];

    /// <summary>
    /// How many of the tags that are versions (<c>1.2</c>, <c>v3.0.1-rc1</c>) to sync of each repository: the highest, in the
    /// order of semver. Other tags are not counted. Default <see langword="null"/>: all.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Set below 1.</exception>
    public int? NewestVersions
    {
        get;
        set
        {
            if (value is int count)
            {
                ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
            }
            field = value;
        }
    }

    /// <summary>What is copied of each image, and how: platforms, referrers, limits.</summary>
    public CopyOptions Copy { get; set; } = new();

    /// <summary>The most images on their way at once, each with up to <see cref="CopyOptions.MaxParallel"/> transfers. Default 3.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set below 1 or above 64.</exception>
    public int MaxParallelImages
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 64);
            field = value;
        }
    } = 3;

    /// <summary>
    /// True to look into images whose tag stands for the same digest on both sides: for what a sparse index or a damaged layout
    /// lacks. Default false: equal digests are equal images, at the price of one HEAD on each side.
    /// </summary>
    public bool CheckEqual { get; set; }

    /// <summary>True to plan everything and change nothing. Default false.</summary>
    public bool DryRun { get; set; }

    /// <summary>
    /// True to delete the tags of the destination that the source has no more, where the patterns for tags match them. Default
    /// false. Nothing is deleted of a repository whose tags could not be listed, or that has none at all: that is rather a
    /// source that is not what it was.
    /// </summary>
    public bool Prune { get; set; }

    internal SyncOptions Freeze()
    {
        var copy = new SyncOptions
        {
            NewestVersions = NewestVersions,
            Copy = Copy.Copy(),
            MaxParallelImages = MaxParallelImages,
            CheckEqual = CheckEqual,
            DryRun = DryRun,
            Prune = Prune,
        };
        Add(copy.Repositories, Repositories);
        Add(copy.ExcludedRepositories, ExcludedRepositories);
        Add(copy.Tags, Tags);
        Add(copy.ExcludedTags, ExcludedTags);
        return copy;
    }

    private static void Add(IList<string> to, IList<string> from)
    {
        foreach (string pattern in from)
        {
            to.Add(pattern);
        }
    }
}
