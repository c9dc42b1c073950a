namespace Oci.Distribution.Copying;

/// <summary>How far a manifest or blob is.</summary>
public enum CopyStep
{
    /// <summary>It is known that it will be looked at.</summary>
    Found,

    /// <summary>Its bytes are on their way.</summary>
    Copying,

    /// <summary>It was copied.</summary>
    Copied,

    /// <summary>The destination had it.</summary>
    Skipped,

    /// <summary>The registry took it from another of its repositories.</summary>
    Mounted,
}
