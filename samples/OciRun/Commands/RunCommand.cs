using Oci.Runtime.Linux;
using OciRun.CommandLine;
using OciRun.Native;

namespace OciRun.Commands;

internal sealed class RunCommand : Command
{
    public override string Name => "run";

    public override string Summary => "create a container and start it";

    public override string Description =>
        "Waits for its end, passes signals on to it, deletes it, and returns its exit code; with --detach\nit returns once the program runs, and the container is deleted by `delete`.";

    public override IReadOnlyList<Option> Options =>
        [.. ContainerCreator.Options, OciRun.Options.Detach, OciRun.Options.Keep, OciRun.Options.NoSubreaper];

    public override string FailurePrefix => "ocirun run failed: ";

    public override async Task<int> RunAsync(Invocation invocation)
    {
        bool isDetached = invocation.Options.IsSet(OciRun.Options.Detach);
        using SignalForwarder? signals = isDetached ? null : new SignalForwarder();
        if (!isDetached && !invocation.Options.IsSet(OciRun.Options.NoSubreaper))
        {
            Subreaper.Become();
        }
        await using Container container = await ContainerCreator.CreateAsync(invocation, isDetached, CancellationToken.None);
        bool isKept = isDetached || invocation.Options.IsSet(OciRun.Options.Keep);
        try
        {
            await container.StartAsync();
        }
        catch
        {
            await container.DeleteAsync(force: true);
            throw;
        }
        if (isDetached)
        {
            return 0;
        }
        try
        {
            signals!.ForwardTo(signal => container.KillAsync(signal));
            return (await container.WaitAsync()).ShellCode;
        }
        finally
        {
            if (!isKept)
            {
                await container.DeleteAsync(force: true);
            }
        }
    }
}
