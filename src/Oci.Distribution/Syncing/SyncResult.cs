using Oci.Distribution.Copying;
using Oci.Image;

namespace Oci.Distribution.Syncing;

/// <summary>What became of one image of a sync, or of a repository that could not be listed.</summary>
public sealed record SyncResult
{
    /// <summary>The name of the repository, as the source has it.</summary>
    public required string Repository { get; init; }

    /// <summary>The tag, or digest; <see langword="null"/> where the repository as a whole failed.</summary>
    public string? Reference { get; init; }

    /// <summary>What became of it.</summary>
    public required SyncOutcome Outcome { get; init; }

    /// <summary>What the reference stands for at the destination; <see langword="null"/> where it failed or was pruned.</summary>
    public Descriptor? Root { get; init; }

    /// <summary>What would be done, where the outcome is <see cref="SyncOutcome.Planned"/>.</summary>
    public CopyPlan? Plan { get; init; }

    /// <summary>What was done, where the outcome is <see cref="SyncOutcome.Copied"/>.</summary>
    public CopyResult? Copy { get; init; }

    /// <summary>Why it failed.</summary>
    public Exception? Error { get; init; }
}
