namespace Oci.Runtime.Linux.Spec;

/// <summary>
/// Rules of capabilities. All are warnings: a runtime must say, and should not fail, where one is not known or cannot be
/// granted (runtime-spec, config.md, "Linux Process").
/// </summary>
internal static class CapabilityRules
{
    public static void Check(SpecCheck check, LinuxCapabilities capabilities)
    {
        CheckNames(check, capabilities.Bounding, "/process/capabilities/bounding");
        CheckNames(check, capabilities.Effective, "/process/capabilities/effective");
        CheckNames(check, capabilities.Inheritable, "/process/capabilities/inheritable");
        CheckNames(check, capabilities.Permitted, "/process/capabilities/permitted");
        CheckNames(check, capabilities.Ambient, "/process/capabilities/ambient");
        CheckSubset(check, capabilities.Effective, "/process/capabilities/effective", capabilities.Permitted, "permitted");
        CheckSubset(check, capabilities.Ambient, "/process/capabilities/ambient", capabilities.Permitted, "permitted");
        CheckSubset(check, capabilities.Ambient, "/process/capabilities/ambient", capabilities.Inheritable, "inheritable");
    }

    private static void CheckNames(SpecCheck check, IReadOnlyList<string>? names, string pointer) => check.Each(names, pointer, (name, at) =>
    {
        if (!LinuxCapabilityNames.TryGetNumber(name, out _))
        {
            check.Warn(at, $"{SpecCheck.Quote(name)} is not a known capability and is left out.", "See capabilities(7); the spelling is that of CAP_CHOWN.");
        }
    });

    // capset(2): the effective set must be in the permitted one, the ambient one in both others.
    private static void CheckSubset(SpecCheck check, IReadOnlyList<string>? names, string pointer, IReadOnlyList<string>? of, string ofName)
    {
        ulong mask = LinuxCapabilityNames.ToMask(of);
        for (int i = 0; i < (names?.Count ?? 0); i++)
        {
            if (names![i] is not null && LinuxCapabilityNames.TryGetNumber(names[i], out int number) && (mask & (1UL << number)) == 0)
            {
                check.Warn(JsonPointer.Item(pointer, i), $"{names[i]} is not in the {ofName} set and is left out.", $"Add it to /process/capabilities/{ofName}.");
            }
        }
    }
}
