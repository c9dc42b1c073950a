using Oci.Runtime.Linux;
using OciRun.CommandLine;

namespace OciRun.Commands;

/// <summary>One command of the program.</summary>
internal abstract class Command
{
    public abstract string Name { get; }

    /// <summary>What it does, in a line.</summary>
    public abstract string Summary { get; }

    /// <summary>Its arguments, as help shows them.</summary>
    public virtual string Usage => "<container-id>";

    /// <summary>More of it, for its help.</summary>
    public virtual string Description => "";

    public virtual IReadOnlyList<Option> Options => [];

    public virtual int MinArguments => 1;

    /// <summary>The most arguments; null where there is no limit.</summary>
    public virtual int? MaxArguments => 1;

    /// <summary>Whether all from the first argument on is somebody else's.</summary>
    public virtual bool StopsAtArgument => false;

    /// <summary>What the program returns where the command fails.</summary>
    public virtual int FailureCode => 1;

    /// <summary>What stands before the message of a failure, such as <c>exec failed: </c>.</summary>
    public virtual string FailurePrefix => "";

    /// <summary>Does it.</summary>
    /// <returns>What the program returns.</returns>
    public abstract Task<int> RunAsync(Invocation invocation);

    /// <summary>The container that an argument names.</summary>
    /// <exception cref="CommandException">There is none.</exception>
    protected static async Task<Container> OpenContainerAsync(Invocation invocation)
    {
        string id = invocation.Arguments[0];
        if (id.Length == 0)
        {
            throw new CommandException("container id cannot be empty");
        }
        try
        {
            return await invocation.Runtime.GetAsync(id) ?? throw new CommandException("container does not exist");
        }
        catch (ArgumentException e)
        {
            throw new CommandException($"invalid container ID format: {e.Message}");
        }
    }
}
