namespace Oci.Runtime.Linux.Preflight;

/// <summary>One thing that this host cannot do for a configuration.</summary>
/// <param name="Severity">Whether the container fails for it.</param>
/// <param name="SpecPointer">The member of <c>config.json</c> that asks for it, a JSON pointer; null where every container does.</param>
/// <param name="Message">What is missing, a sentence.</param>
/// <param name="Hint">What to do about it; null where nothing is known.</param>
public sealed record HostFinding(HostFindingSeverity Severity, string? SpecPointer, string Message, string? Hint)
{
    /// <summary>The finding on one line.</summary>
    public override string ToString() =>
        $"{Severity.ToString().ToLowerInvariant()}: {(SpecPointer is null ? "" : SpecPointer + ": ")}{Message}{(Hint is null ? "" : " " + Hint)}";
}
