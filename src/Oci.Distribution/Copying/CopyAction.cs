namespace Oci.Distribution.Copying;

/// <summary>What a copy means to do about a manifest or blob.</summary>
public enum CopyAction
{
    /// <summary>The destination lacks it: its bytes are copied.</summary>
    Copy,

    /// <summary>The registry is asked to take it from another of its repositories; where it will not, it is copied.</summary>
    Mount,

    /// <summary>The destination has it, or needs not have it.</summary>
    Skip,

    /// <summary>The destination has it, and reads it: it is copied where it is damaged (<see cref="CopyOptions.Repair"/>).</summary>
    Verify,
}
