namespace Oci.Distribution.AspNetCore.Proxying;

/// <summary>What came of asking the upstream for a manifest.</summary>
internal enum UpstreamOutcome
{
    /// <summary>The store has it as the upstream has, or had a moment ago.</summary>
    Fresh,

    /// <summary>The upstream did not answer; the store has what it said before.</summary>
    Stale,

    /// <summary>The upstream did not answer, or wrongly, and the store has nothing.</summary>
    Unavailable,

    /// <summary>The upstream has none.</summary>
    Absent,
}
