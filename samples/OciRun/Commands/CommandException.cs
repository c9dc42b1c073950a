namespace OciRun.Commands;

/// <summary>A command cannot be done; the message is one that callers of runc look for.</summary>
internal sealed class CommandException(string message) : Exception(message)
{
}
