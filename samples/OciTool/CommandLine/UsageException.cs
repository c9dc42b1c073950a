using System.CommandLine;
using System.CommandLine.Parsing;

namespace OciTool.CommandLine;

/// <summary>The command line asks for something that cannot be; nothing was done.</summary>
internal sealed class UsageException(string message) : Exception(message)
{
    /// <summary>What the parser found, in one sentence, and where the help is.</summary>
    public static UsageException Of(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        // What looks like an option and is none is taken for an argument by the parser.
        string? unknown = parsed.Tokens.Where(t => t.Type == TokenType.Argument).Select(t => t.Value).Concat(parsed.UnmatchedTokens)
            .FirstOrDefault(word => word.StartsWith("--", StringComparison.Ordinal)) ?? parsed.UnmatchedTokens.FirstOrDefault();
        string problem = unknown is not null ? Describe(command, unknown)
            : command.Subcommands.Count > 0 ? $"'{CommandPath.Of(command)}' needs a command: {string.Join(", ", command.Subcommands.Select(c => c.Name))}"
            : parsed.Errors[0].Message.TrimEnd('.');
        return new UsageException($"{problem}. See '{CommandPath.Of(command)} --help'.");
    }

    private static string Describe(Command command, string word)
    {
        if (word.StartsWith('-'))
        {
            string? option = Closest(word, command.Options.Concat(CommonOptions.OfEveryCommand).Select(o => o.Name));
            return $"There is no option '{word}' of '{CommandPath.Of(command)}'{(option is null ? "" : $"; is it '{option}'")}";
        }
        if (command.Subcommands.Count == 0)
        {
            return $"'{word}' is one argument too many";
        }
        string? name = Closest(word, command.Subcommands.Select(c => c.Name));
        return $"There is no command '{word}'{(name is null ? "" : $"; is it '{name}'")}";
    }

    private static string? Closest(string word, IEnumerable<string> names) => names
        .Select(name => (Name: name, Distance: name.StartsWith(word, StringComparison.Ordinal) ? 0 : Distance(word, name)))
        .Where(n => n.Distance <= 2)
        .OrderBy(n => n.Distance)
        .Select(n => n.Name)
        .FirstOrDefault();

    // The fewest letters to insert, delete or replace (Levenshtein).
    private static int Distance(string left, string right)
    {
        int[] row = [.. Enumerable.Range(0, right.Length + 1)];
        for (int i = 1; i <= left.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                int above = row[j];
                row[j] = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (left[i - 1] == right[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }
        return row[^1];
    }
}
