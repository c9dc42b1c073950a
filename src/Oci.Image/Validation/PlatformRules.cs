using System.Text.Json;

namespace Oci.Image.Validation;

/// <summary>Platforms of an index's entries (image-index.md).</summary>
internal static class PlatformRules
{
    private const string Section = "image-index.md#image-index-property-descriptions";

    public static readonly ValidationRule ArchitectureRequired = new("platform-architecture-required", ValidationSeverity.Error, Section, "A platform has an architecture.");

    public static readonly ValidationRule OsRequired = new("platform-os-required", ValidationSeverity.Error, Section, "A platform has an operating system.");

    public static readonly ValidationRule Known = new("platform-known", ValidationSeverity.Warning, Section, "Architecture and operating system are names that Go has for them.");

    public static readonly ValidationRule Variant = new("platform-variant", ValidationSeverity.Info, "image-index.md#platform-variants", "The variant of an ARM or x86 CPU is one of the spec's table.");

    public static IReadOnlyList<ValidationRule> All { get; } = [ArchitectureRequired, OsRequired, Known, Variant];

    // go tool dist list, and those of GOARCH that Go reserves and other compilers have.
    private static readonly HashSet<string> s_architectures =
        ["386", "amd64", "arm", "arm64", "loong64", "mips", "mips64", "mips64le", "mipsle", "ppc64", "ppc64le", "riscv", "riscv64", "s390", "s390x", "sparc", "sparc64", "wasm"];

    private static readonly HashSet<string> s_systems =
        ["aix", "android", "darwin", "dragonfly", "freebsd", "illumos", "ios", "js", "linux", "netbsd", "openbsd", "plan9", "solaris", "wasip1", "windows"];

    public static void Check(DocumentNode node)
    {
        if (!node.Is(JsonValueKind.Object))
        {
            return;
        }
        node.CheckCase("architecture", "os", "os.version", "os.features", "variant");
        CheckNames(node, ArchitectureRequired, OsRequired);
        node.GetText("os.version");
        CheckTexts(node, "os.features");
        CheckTexts(node, "features");
    }

    /// <summary>Checks architecture, system and variant, of a platform or of a config.</summary>
    public static void CheckNames(DocumentNode node, ValidationRule architectureRequired, ValidationRule osRequired)
    {
        string? os = GetName(node, "os", osRequired);
        string? architecture = GetName(node, "architecture", architectureRequired);
        // What BuildKit lists its attestations under, so that no machine takes one for an image.
        if (os == "unknown" && architecture == "unknown")
        {
            return;
        }
        CheckKnown(node, "os", os, s_systems);
        CheckKnown(node, "architecture", architecture, s_architectures);
        string? variant = node.GetText("variant");
        if (variant is { Length: > 0 } && architecture is "arm" or "arm64" or "amd64" && !IsVariant(variant!))
        {
            node.ReportAt("variant", Variant, $"'{(variant!.Length <= 40 ? variant : variant[..40])}' is no variant of {architecture}; those of the spec are v1, v2 and so on.");
        }
    }

    /// <summary>Checks a list of texts.</summary>
    public static void CheckTexts(DocumentNode node, string name)
    {
        if (node.TryGet(name, out DocumentNode list) && list.Is(JsonValueKind.Array))
        {
            foreach (DocumentNode item in list.Items())
            {
                item.Is(JsonValueKind.String);
            }
        }
    }

    private static string? GetName(DocumentNode node, string name, ValidationRule required)
    {
        if (!node.TryRequire(name, required, out DocumentNode member) || !member.Is(JsonValueKind.String))
        {
            return null;
        }
        string text = member.Value.GetString()!;
        if (text.Length == 0)
        {
            member.Report(required, "It is required, and is empty.");
            return null;
        }
        return text;
    }

    private static void CheckKnown(DocumentNode node, string member, string? value, HashSet<string> known)
    {
        if (value is not null && !known.Contains(value))
        {
            node.ReportAt(member, Known, $"'{(value.Length <= 40 ? value : value[..40])}' is none of the names that Go has; no tool will select this for a machine.");
        }
    }

    private static bool IsVariant(string variant) =>
        variant.Length is > 1 and <= 8 && variant[0] == 'v' && variant.AsSpan(1).IndexOfAnyExcept("0123456789.") < 0;
}
