using System.Text;
using OciRun.CommandLine;
using OciRun.Commands;

namespace OciRun;

/// <summary>The texts of <c>--help</c> and <c>--version</c>.</summary>
internal static class Help
{
    /// <summary>The newest runtime-spec that is done whole.</summary>
    private const string SpecVersion = "1.3.0";

    public static string Version => $"ocirun version {typeof(Help).Assembly.GetName().Version?.ToString(3)}\nspec: {SpecVersion}\n";

    public static string Program()
    {
        var text = new StringBuilder("""
            NAME:
               ocirun - run containers of the Open Container Initiative, as runc does

            A container is made of a bundle: a directory with config.json and a root filesystem.
            To make one of busybox and run a shell in it:

               mkdir -p bundle/rootfs/bin && cd bundle
               cp /bin/busybox rootfs/bin/sh
               ocirun spec
               ocirun run my-container

            To see what that would do, system call by system call, without doing it:

               ocirun plan my-container

            USAGE:
               ocirun [global options] command [command options] [arguments...]

            COMMANDS:

            """);
        foreach (Command command in CommandTable.All)
        {
            text.Append($"   {command.Name,-12}{command.Summary}\n");
        }
        text.Append("   help, h     shows the help of a command\n\nGLOBAL OPTIONS:\n");
        Append(text, Options.Global);
        return text.Append("\nEXIT CODES:\n   0 done; 1 failed, with one line in the log that says why; 255 where exec could not start its program;\n   run and exec without --detach: the program's own, or 128 + the signal that ended it.\n").ToString();
    }

    public static string Of(Command command)
    {
        string options = command.Options.Count > 0 ? " [command options]" : "";
        var text = new StringBuilder($"NAME:\n   ocirun {command.Name} - {command.Summary}\n\nUSAGE:\n   ocirun {command.Name}{options} {command.Usage}\n");
        if (command.Description.Length > 0)
        {
            text.Append($"\nDESCRIPTION:\n   {command.Description.ReplaceLineEndings("\n   ")}\n");
        }
        if (command.Options.Count > 0)
        {
            text.Append("\nOPTIONS:\n");
            Append(text, command.Options);
        }
        return text.ToString();
    }

    private static void Append(StringBuilder text, IReadOnlyList<Option> options)
    {
        int width = options.Max(o => o.Synopsis.Length);
        foreach (Option option in options)
        {
            text.Append("   ").Append(option.Synopsis.PadRight(width)).Append("  ").Append(option.Help).Append('\n');
        }
    }
}
