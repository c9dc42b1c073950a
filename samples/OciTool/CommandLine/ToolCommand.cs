using System.CommandLine;

namespace OciTool.CommandLine;

/// <summary>A command of the tool: its grammar, its help and what it does, in one file each.</summary>
internal abstract class ToolCommand : Command
{
    protected ToolCommand(string name, string summary)
        : base(name, summary)
    {
        SetAction(async (parsed, cancellationToken) =>
        {
            using var call = new Invocation(parsed);
            return await RunAsync(call, cancellationToken);
        });
    }

    /// <summary>What else there is to know, as paragraphs of the help.</summary>
    public string Details { get; protected init; } = "";

    /// <summary>Command lines to start from.</summary>
    public IReadOnlyList<Example> Examples { get; protected init; } = [];

    /// <summary>Does the work and returns the exit code.</summary>
    protected abstract Task<int> RunAsync(Invocation call, CancellationToken cancellationToken);
}
