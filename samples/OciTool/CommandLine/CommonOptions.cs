using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using OciTool.References;

namespace OciTool.CommandLine;

/// <summary>Options and arguments that more than one command takes.</summary>
internal static class CommonOptions
{
    /// <summary>Of every command: the result as JSON.</summary>
    public static readonly Option<bool> Json = new("--json") { Description = "print the result as JSON, for scripts", Recursive = true };

    /// <summary>Of every command: no progress.</summary>
    public static readonly Option<bool> Quiet = new("--quiet", "-q") { Description = "show no progress and no notes", Recursive = true };

    /// <summary>Of every command: how registries are spoken to.</summary>
    public static readonly Option<bool> PlainHttp = new("--plain-http") { Description = "speak http to registries; loopback addresses are spoken to so anyway", Recursive = true };

    /// <summary>What every command takes.</summary>
    public static readonly IReadOnlyList<Option> OfEveryCommand =
    [
        Json,
        Quiet,
        PlainHttp,
        new HelpOption("--help", "-h") { Action = new HelpPrinter(), Recursive = true, Description = "show help" },
        new VersionOption("--version") { Description = "show the version" },
    ];

    /// <summary>Where a changed image goes.</summary>
    public static readonly Option<ImageReference?> To = new("--to")
    {
        Description = "where to write the new image (default: REF, whose tag then means the new image)",
        HelpName = "REF",
        CustomParser = result => Parse(result, ImageReference.Parse),
    };

    /// <summary>An image, by transport and name.</summary>
    public static Argument<ImageReference> Image(string name = "REF", string description = "the image: see 'oci --help' for its forms") => new(name)
    {
        Description = description,
        CustomParser = result => Parse(result, ImageReference.Parse),
    };

    /// <summary>Several images.</summary>
    public static Argument<ImageReference[]> Images(string name, string description) => new(name)
    {
        Description = description,
        Arity = ArgumentArity.OneOrMore,
        CustomParser = result => ParseAll(result, ImageReference.Parse),
    };

    /// <summary>Reads the only value of an option or argument; what is wrong with it becomes the parser's error.</summary>
    public static T? Parse<T>(ArgumentResult result, Func<string, T> parse) => Parse(result, result.Tokens[^1].Value, parse);

    /// <summary>Reads each value of an option or argument that may come several times.</summary>
    public static T[] ParseAll<T>(ArgumentResult result, Func<string, T> parse) => [.. result.Tokens.Select(token => Parse(result, token.Value, parse)!)];

    private static T? Parse<T>(ArgumentResult result, string text, Func<string, T> parse)
    {
        try
        {
            return parse(text);
        }
        catch (FormatException e)
        {
            result.AddError(e.Message);
            return default;
        }
    }
}
