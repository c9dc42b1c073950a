using System.CommandLine;
using System.CommandLine.Invocation;
using System.Text;
using OciTool.Commands;

namespace OciTool.CommandLine;

/// <summary>The help of a command: what it is for, how it is called, its options, and examples to start from.</summary>
internal sealed class HelpPrinter : SynchronousCommandLineAction
{
    private const int NameWidth = 33;
    private const int LineWidth = 118;

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        Console.Out.Write(Describe(parseResult.CommandResult.Command));
        return ExitCode.Done;
    }

    public static string Describe(Command command)
    {
        var text = new StringBuilder();
        text.Append(command.Description).Append("\n\nUsage: ").Append(Usage(command)).Append('\n');
        AppendRows(text, "Commands", command.Subcommands.Select(c => (c.Name, c.Description ?? "")));
        AppendRows(text, "Arguments", command.Arguments.Select(a => (a.Name, a.Description ?? "")));
        AppendRows(text, "Options", command.Options.Except(CommonOptions.OfEveryCommand).Select(Row));
        AppendRows(text, "Common options", CommonOptions.OfEveryCommand.Select(Row));
        if (command is RootCommand)
        {
            text.Append('\n').Append(CommandTable.ReferenceHelp).Append('\n');
        }
        if (command is ToolCommand { Details.Length: > 0 } detailed)
        {
            text.Append('\n').Append(detailed.Details).Append('\n');
        }
        IReadOnlyList<Example> examples = command is ToolCommand tool ? tool.Examples : command is RootCommand ? CommandTable.Examples : [];
        if (examples.Count > 0)
        {
            text.Append("\nExamples:\n");
            foreach (Example example in examples)
            {
                text.Append("  # ").Append(example.Purpose).Append("\n  ").Append(example.CommandLine).Append('\n');
            }
        }
        if (command.Subcommands.Count > 0)
        {
            text.Append($"\n'{CommandPath.Of(command)} COMMAND --help' has the options and examples of a command.\n");
        }
        return text.ToString();
    }

    private static string Usage(Command command)
    {
        var usage = new StringBuilder(CommandPath.Of(command));
        if (command.Subcommands.Count > 0)
        {
            usage.Append(" COMMAND");
        }
        foreach (Argument argument in command.Arguments)
        {
            string name = argument.Arity.MaximumNumberOfValues > 1 ? $"{argument.Name}..." : argument.Name;
            usage.Append(' ').Append(argument.Arity.MinimumNumberOfValues == 0 ? $"[{name}]" : name);
        }
        return usage.Append(" [OPTIONS]").ToString();
    }

    private static (string Name, string Text) Row(Option option)
    {
        string names = string.Join(", ", option.Aliases.Where(a => a is not ("/?" or "/h" or "-?")).Prepend(option.Name).OrderBy(n => n.Length));
        string value = option.Arity.MaximumNumberOfValues == 0 || option.ValueType == typeof(bool) ? "" : $" {option.HelpName ?? "VALUE"}";
        return (names + value, option.Description ?? "");
    }

    private static void AppendRows(StringBuilder text, string title, IEnumerable<(string Name, string Text)> rows)
    {
        bool any = false;
        foreach ((string name, string description) in rows)
        {
            if (!any)
            {
                text.Append('\n').Append(title).Append(":\n");
                any = true;
            }
            text.Append("  ").Append(name.PadRight(NameWidth - 2));
            int column = Math.Max(NameWidth, name.Length + 2);
            foreach (string word in description.Split(' '))
            {
                if (column + word.Length + 1 > LineWidth)
                {
                    text.Append('\n').Append(' ', NameWidth);
                    column = NameWidth;
                }
                text.Append(' ').Append(word);
                column += word.Length + 1;
            }
            text.Append('\n');
        }
    }
}
