namespace Oci.Image.Changes;

/// <summary>What became of a name.</summary>
public enum TreeChangeKind
{
    /// <summary>It was not there before.</summary>
    Added,

    /// <summary>It is something else now, or has other attributes: see <see cref="TreeChange.Aspects"/>.</summary>
    Modified,

    /// <summary>It is gone, with all that was below it.</summary>
    Deleted,
}
