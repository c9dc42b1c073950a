namespace Oci.Runtime.Linux.Spec;

/// <summary>What a <see cref="SpecFinding"/> means for the caller.</summary>
public enum SpecSeverity
{
    /// <summary>No container can be made of the document.</summary>
    Error,

    /// <summary>A container can be made, but not quite what the document says.</summary>
    Warning,
}
