namespace Oci.Image.Validation;

/// <summary>How bad a finding is.</summary>
public enum ValidationSeverity
{
    /// <summary>The spec is broken, or content is not what it is said to be: tools refuse it, or do not agree on what it is.</summary>
    Error,

    /// <summary>A recommendation is not followed, or the spec is broken in a way that tools put up with.</summary>
    Warning,

    /// <summary>Worth knowing, and allowed.</summary>
    Info,
}
