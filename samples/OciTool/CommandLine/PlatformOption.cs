using System.CommandLine;
using Oci.Image;

namespace OciTool.CommandLine;

/// <summary><c>--platform</c>, which means something of its own to each kind of command.</summary>
internal sealed class PlatformOption : Option<Platform?>
{
    private PlatformOption(string description)
        : base("--platform")
    {
        Description = description;
        HelpName = "OS/ARCH[/VARIANT]";
        CustomParser = result => CommonOptions.Parse(result, PlatformName.Parse);
    }

    /// <summary>For what reads one image.</summary>
    public static PlatformOption ToRead() => new("which image of an index, such as linux/arm64 or linux/arm/v7 (default: that of this machine)");

    /// <summary>For what changes images.</summary>
    public static PlatformOption ToChange() => new("change only this image of an index, such as linux/arm64 (default: each image of it)");

    /// <summary>For what puts images together.</summary>
    public static PlatformOption ToAdd() => new("of a SRC that is an index only this image, such as linux/arm64 (default: all that it lists)");

    /// <summary>For what takes images out.</summary>
    public static PlatformOption ToRemove() => new("what is exactly for this platform, such as linux/arm64");
}
