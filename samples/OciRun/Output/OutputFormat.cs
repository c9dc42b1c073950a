using OciRun.CommandLine;
using OciRun.Commands;

namespace OciRun.Output;

/// <summary>The value of <c>--format</c>.</summary>
internal static class OutputFormat
{
    public static bool IsJson(OptionValues options) => (options.NotEmpty(Options.Format) ?? "table") switch
    {
        "table" => false,
        "json" => true,
        string other => throw new CommandException($"invalid format option: '{other}'; 'table' or 'json' is due"),
    };
}
