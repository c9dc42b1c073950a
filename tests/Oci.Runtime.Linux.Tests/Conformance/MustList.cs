namespace Oci.Runtime.Linux.Tests.Conformance;

/// <summary>Every MUST and MUST NOT of runtime-spec 1.3.0 that concerns Linux, and what becomes of it here.</summary>
internal static class MustList
{
    /// <summary>What this runtime has to do: each has a test.</summary>
    public static IReadOnlyDictionary<string, string> Ours { get; } =
        ConfigMusts.All.Concat(ConfigLinuxMusts.All).Concat(RuntimeMusts.All).Concat(FeaturesMusts.All).ToDictionary(p => p.Key, p => p.Value);

    /// <summary>What binds somebody else, or nobody on Linux, and why no test is due.</summary>
    public static IReadOnlyDictionary<string, string> OfOthers { get; } = new Dictionary<string, string>
    {
        ["config.md#root-windows"] = "Hyper-V and Windows only.",
        ["config.md#mounts-windows"] = "Drive letters, nesting and read-only mounts are of Windows; absolute destinations of every system but Linux.",
        ["config.md#platform-specific-configuration-windows"] = "A member for Windows.",
        ["config.md#annotations-reserved"] = "Whoever names annotations keeps away from the reserved prefix; a runtime takes any name.",
        ["config-linux.md#cgroups-path-form"] = "Absolute or relative: there is no third form of a path.",
        ["config-linux.md#memory-check"] = "Rejecting a limit below the usage is bound to a check that a runtime may leave out, as this one does.",
        ["config-linux.md#cpu-burst"] = "Burst above quota is the author's mistake; a runtime may leave it to the kernel, which refuses it.",
        ["features.md#null"] = "A reader tells null from an empty value; the writer leaves absent members out.",
    };

    /// <summary>What is not met yet, and why.</summary>
    public static IReadOnlyDictionary<string, string> NotMet { get; } = new Dictionary<string, string>();
}
