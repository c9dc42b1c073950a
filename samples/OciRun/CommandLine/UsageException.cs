namespace OciRun.CommandLine;

/// <summary>The command line is not one of ours; the message says how.</summary>
internal sealed class UsageException(string message) : Exception(message)
{
    /// <summary>Whether the help of the command is printed with it, as for a missing argument.</summary>
    public bool ShowsHelp { get; init; }
}
