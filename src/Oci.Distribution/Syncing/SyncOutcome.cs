namespace Oci.Distribution.Syncing;

/// <summary>What became of one image of a sync.</summary>
public enum SyncOutcome
{
    /// <summary>The destination has it as the source has it: nothing was copied.</summary>
    Equal,

    /// <summary>It was copied, as far as it was not there.</summary>
    Copied,

    /// <summary>It would be copied; this is a dry run.</summary>
    Planned,

    /// <summary>The source has the tag no more, and it was deleted.</summary>
    Pruned,

    /// <summary>The source has the tag no more, and it would be deleted; this is a dry run.</summary>
    PrunePlanned,

    /// <summary>It failed; the others go on.</summary>
    Failed,
}
