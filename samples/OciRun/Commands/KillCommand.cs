using Oci.Runtime.Linux;
using OciRun.CommandLine;
using OciRun.Native;

namespace OciRun.Commands;

internal sealed class KillCommand : Command
{
    private const int ESRCH = 3;

    public override string Name => "kill";

    public override string Summary => "send a signal to a container's first process (default: SIGTERM)";

    public override string Usage => "<container-id> [signal]";

    public override string Description =>
        "The signal is a name, with or without SIG, or a number:\n\n   ocirun kill my-container KILL\n\nThe first process of a pid namespace gets only signals that it handles, and KILL.";

    public override IReadOnlyList<Option> Options => [OciRun.Options.All];

    public override int? MaxArguments => 2;

    public override async Task<int> RunAsync(Invocation invocation)
    {
        await using Container container = await OpenContainerAsync(invocation);
        string text = invocation.Arguments.Count > 1 ? invocation.Arguments[1] : "SIGTERM";
        int signal = Signals.Parse(text) ?? throw new CommandException($"unknown signal \"{text}\"");
        if (!invocation.Options.IsSet(OciRun.Options.All))
        {
            await container.KillAsync(signal);
            return 0;
        }
        try
        {
            await container.KillAllAsync(signal);
        }
        catch (ContainerException e) when (e.Errno == ESRCH)
        {
            // None is left, which is what callers of --all are after.
        }
        return 0;
    }
}
