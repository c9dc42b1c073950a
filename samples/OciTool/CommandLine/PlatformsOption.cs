using System.CommandLine;
using Oci.Image;

namespace OciTool.CommandLine;

/// <summary><c>--platform</c> where it may be given several times.</summary>
internal sealed class PlatformsOption : Option<Platform[]>
{
    public PlatformsOption(string description)
        : base("--platform")
    {
        Description = description;
        HelpName = "OS/ARCH[/VARIANT]";
        CustomParser = result => CommonOptions.ParseAll(result, PlatformName.Parse);
    }
}
