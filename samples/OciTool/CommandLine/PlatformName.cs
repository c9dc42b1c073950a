using Oci.Image;

namespace OciTool.CommandLine;

/// <summary>A platform as tools write it: <c>linux/arm/v7</c>.</summary>
internal static class PlatformName
{
    /// <exception cref="FormatException">The text is no platform.</exception>
    public static Platform Parse(string text) => text.Split('/') switch
    {
        [{ Length: > 0 } os, { Length: > 0 } architecture] => new Platform { Os = os, Architecture = architecture },
        [{ Length: > 0 } os, { Length: > 0 } architecture, { Length: > 0 } variant] => new Platform { Os = os, Architecture = architecture, Variant = variant },
        _ => throw new FormatException($"'{text}' is no platform: write OS/ARCH[/VARIANT], such as linux/arm64."),
    };
}
