using System.CommandLine;

namespace OciTool.CommandLine;

/// <summary>How a command is called: <c>oci index add</c>.</summary>
internal static class CommandPath
{
    public const string Program = "oci";

    public static string Of(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is Command parent ? $"{Of(parent)} {command.Name}" : Program;
}
