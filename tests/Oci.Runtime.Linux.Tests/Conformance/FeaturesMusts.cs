namespace Oci.Runtime.Linux.Tests.Conformance;

/// <summary>What the features document demands of a runtime on Linux (runtime-spec 1.3.0), in short: the document, the heading and a number, and what has to hold.</summary>
internal static class FeaturesMusts
{
    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>
    {
        ["features.md#specification-version-1"] = "ociVersionMin is accepted",
        ["features.md#specification-version-2"] = "ociVersionMax is accepted",
        ["features.md#specification-version-3"] = "ociVersionMax is not below ociVersionMin",
        ["features.md#hooks-1"] = "the named hooks are supported",
        ["features.md#mount-options-1"] = "the named mount options are recognized",
        ["features-linux.md#namespaces-1"] = "the named namespaces are recognized",
        ["features-linux.md#capabilities-1"] = "the named capabilities are recognized",
        ["features-linux.md#seccomp-1"] = "the named actions are recognized",
        ["features-linux.md#seccomp-2"] = "the named operators are recognized",
        ["features-linux.md#seccomp-3"] = "the named archs are recognized",
        ["features-linux.md#seccomp-4"] = "the named knownFlags are recognized",
        ["features-linux.md#seccomp-5"] = "the named supportedFlags are recognized",
        ["features-linux.md#memorypolicy-1"] = "the named modes are recognized",
        ["features-linux.md#memorypolicy-2"] = "the named flags are recognized",
        ["features-linux.md#mountextensions-1"] = "mappings of a mount are supported where idmap is enabled",
    };
}
