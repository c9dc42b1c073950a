namespace Oci.Runtime.Linux.Spec;

/// <summary>One thing that is wrong with a spec document.</summary>
/// <param name="Pointer">The member, as a JSON pointer (RFC 6901) such as <c>/linux/namespaces/0/type</c>; empty for the whole document.</param>
/// <param name="Message">What is wrong there, a sentence.</param>
/// <param name="Hint">What to do next, a sentence; null where the message says it.</param>
public sealed record SpecFinding(string Pointer, string Message, string? Hint = null)
{
    /// <summary>Whether it stops a container from being made. Default: it does.</summary>
    public SpecSeverity Severity { get; init; } = SpecSeverity.Error;

    /// <summary>The pointer, the message and the hint on one line.</summary>
    public override string ToString()
    {
        string where = Pointer.Length == 0 ? "(document)" : Pointer;
        return Hint is null ? $"{where}: {Message}" : $"{where}: {Message} Hint: {Hint}";
    }
}
