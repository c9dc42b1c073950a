namespace Oci.Runtime.Linux.Spec;

/// <summary>Checks what a configuration says against the runtime-spec and the rules of Linux, without touching the system.</summary>
public static class RuntimeSpecValidator
{
    /// <summary>All that is wrong, errors and warnings, in the order of the document's members; empty where nothing is.</summary>
    public static IReadOnlyList<SpecFinding> Validate(RuntimeSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var check = new SpecCheck(spec);
        DocumentRules.Check(check);
        if (spec.Process is { } process)
        {
            ProcessRules.Check(check, process);
        }
        MountRules.Check(check);
        if (spec.Hooks is { } hooks)
        {
            HookRules.Check(check, hooks);
        }
        if (spec.Linux is { } linux)
        {
            LinuxRules.Check(check, linux);
        }
        return check.Findings;
    }

    /// <summary>Checks a configuration and throws where no container can be made of it.</summary>
    /// <returns>The warnings.</returns>
    /// <exception cref="InvalidSpecException">There is at least one error; the exception lists all findings.</exception>
    public static IReadOnlyList<SpecFinding> ThrowIfInvalid(RuntimeSpec spec)
    {
        IReadOnlyList<SpecFinding> findings = Validate(spec);
        return findings.Any(finding => finding.Severity == SpecSeverity.Error)
            ? throw new InvalidSpecException("config.json", [.. findings.OrderBy(finding => finding.Severity)])
            : findings;
    }
}
