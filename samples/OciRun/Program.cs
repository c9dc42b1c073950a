using Oci.Runtime.Linux;
using OciRun;
using OciRun.CommandLine;
using OciRun.Commands;
using OciRun.Output;

const int NoSuchCommand = 3;

Settings settings;
OptionValues global;
List<string> rest;
try
{
    global = ArgumentParser.Parse(args, Options.Global, stopsAtArgument: true, out rest);
    settings = Settings.From(global);
}
catch (UsageException e)
{
    if (e.ShowsHelp)
    {
        Standard.Write($"Incorrect Usage. {e.Message}\n\n{Help.Program()}");
    }
    new LogWriter(Settings.From(new OptionValues())).Error(e.Message);
    return 1;
}

if (global.IsSet(Options.Version))
{
    Standard.Write(Help.Version);
    return 0;
}
if (rest.Count == 0 || global.IsSet(Options.Help) || rest is ["help" or "h"])
{
    Standard.Write(Help.Program());
    return 0;
}

var log = new LogWriter(settings);
bool wantsHelp = rest is ["help" or "h", _, ..];
string name = wantsHelp ? rest[1] : rest[0];
if (CommandTable.Find(name) is not Command command)
{
    log.Error($"No help topic for '{name}'. See ocirun --help.");
    return NoSuchCommand;
}
if (wantsHelp)
{
    Standard.Write(Help.Of(command));
    return 0;
}
try
{
    OptionValues options = ArgumentParser.Parse(rest.ToArray().AsSpan(1), [.. command.Options, Options.Help], command.StopsAtArgument, out List<string> arguments);
    if (options.IsSet(Options.Help))
    {
        Standard.Write(Help.Of(command));
        return 0;
    }
    int min = command.MinArguments;
    if (arguments.Count < min || arguments.Count > (command.MaxArguments ?? int.MaxValue))
    {
        string due = command.MaxArguments == min ? $"exactly {min}" : arguments.Count < min ? $"a minimum of {min}" : $"a maximum of {command.MaxArguments}";
        throw new UsageException($"ocirun: \"{command.Name}\" requires {due} argument(s)") { ShowsHelp = true };
    }
    return await command.RunAsync(new Invocation(settings, options, arguments, log));
}
catch (UsageException e)
{
    if (e.ShowsHelp)
    {
        Standard.Write($"Incorrect Usage.\n\n{Help.Of(command)}");
    }
    log.Error(e.Message);
    return 1;
}
catch (Exception e) when (e is CommandException or ContainerException or IOException or UnauthorizedAccessException or InvalidDataException or ArgumentException or PlatformNotSupportedException)
{
    log.Error(command.FailurePrefix + e.Message);
    log.Debug(e.ToString());
    return command.FailureCode;
}
