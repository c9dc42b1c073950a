namespace OciRun.CommandLine;

/// <summary>Reads options as runc does: <c>--name value</c>, <c>--name=value</c>, <c>-n value</c>, one dash or two, and flags of one letter bundled.</summary>
internal static class ArgumentParser
{
    /// <summary>Takes the options from the arguments; what is left are the arguments proper.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="options">The options there are.</param>
    /// <param name="stopsAtArgument">Whether all from the first argument on belongs to somebody else, such as to the program of <c>exec</c>.</param>
    /// <param name="arguments">What is no option.</param>
    /// <exception cref="UsageException">An option is not known or lacks its value.</exception>
    public static OptionValues Parse(ReadOnlySpan<string> args, IReadOnlyList<Option> options, bool stopsAtArgument, out List<string> arguments)
    {
        var values = new OptionValues();
        arguments = [];
        for (int i = 0; i < args.Length; i++)
        {
            string arg = args[i];
            if (arg is "--")
            {
                arguments.AddRange(args[(i + 1)..]);
                break;
            }
            if (arg.Length < 2 || arg[0] != '-')
            {
                if (stopsAtArgument)
                {
                    arguments.AddRange(args[i..]);
                    break;
                }
                arguments.Add(arg);
                continue;
            }
            ReadOnlySpan<char> name = arg.AsSpan(arg[1] == '-' ? 2 : 1);
            int equals = name.IndexOf('=');
            string? value = equals < 0 ? null : name[(equals + 1)..].ToString();
            name = equals < 0 ? name : name[..equals];
            if (Find(options, name) is Option option)
            {
                values.Add(option, value ?? (option.Kind == OptionKind.Flag ? "true" : Next(args, ref i, option)));
                Check(option, value);
            }
            else if (equals < 0 && arg[1] != '-' && AreFlags(options, name))
            {
                foreach (char letter in name)
                {
                    values.Add(Find(options, [letter])!, "true");
                }
            }
            else if (arguments.Count > 0)
            {
                // Like runc: after an argument, only options that are known are options. So `kill ID -9` reaches the command.
                arguments.Add(arg);
            }
            else
            {
                throw new UsageException($"flag provided but not defined: -{name}") { ShowsHelp = true };
            }
        }
        return values;
    }

    private static Option? Find(IReadOnlyList<Option> options, ReadOnlySpan<char> name)
    {
        foreach (Option option in options)
        {
            if (option.Is(name))
            {
                return option;
            }
        }
        return null;
    }

    private static bool AreFlags(IReadOnlyList<Option> options, ReadOnlySpan<char> letters)
    {
        foreach (char letter in letters)
        {
            if (Find(options, [letter]) is not { Kind: OptionKind.Flag })
            {
                return false;
            }
        }
        return letters.Length > 0;
    }

    private static string Next(ReadOnlySpan<string> args, ref int index, Option option) =>
        ++index < args.Length ? args[index] : throw new UsageException($"flag needs an argument: -{option.Name}") { ShowsHelp = true };

    private static void Check(Option option, string? value)
    {
        if (option.Kind == OptionKind.Flag && value is not (null or "true" or "false"))
        {
            throw new UsageException($"invalid boolean value \"{value}\" for -{option.Name}: true or false is due") { ShowsHelp = true };
        }
    }
}
