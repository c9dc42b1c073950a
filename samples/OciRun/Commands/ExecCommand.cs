using Oci.Runtime.Linux;
using Oci.Runtime.Linux.Spec;
using OciRun.CommandLine;
using OciRun.Native;
using OciRun.Output;

namespace OciRun.Commands;

internal sealed class ExecCommand : Command
{
    public override string Name => "exec";

    public override string Summary => "run one more program in a container";

    public override string Usage => "<container-id> <command> [arguments...]  || --process process.json <container-id>";

    public override string Description => "The program gets the container's user, environment and rights, unless options change them:\n\n   ocirun exec --env A=1 --user 1000:1000 my-container ps";

    public override IReadOnlyList<Option> Options =>
    [
        OciRun.Options.ConsoleSocket, OciRun.Options.Cwd, OciRun.Options.Env, OciRun.Options.Tty, OciRun.Options.User,
        OciRun.Options.AdditionalGids, OciRun.Options.Process, OciRun.Options.Detach, OciRun.Options.PidFile,
        OciRun.Options.PidFdSocket, OciRun.Options.ProcessLabel, OciRun.Options.AppArmor, OciRun.Options.NoNewPrivileges,
        OciRun.Options.Capability, OciRun.Options.PreserveFds, OciRun.Options.Cgroup, OciRun.Options.IgnorePaused,
    ];

    public override int? MaxArguments => null;

    public override bool StopsAtArgument => true;

    public override int FailureCode => 255;

    public override string FailurePrefix => "exec failed: ";

    public override async Task<int> RunAsync(Invocation invocation)
    {
        OptionValues options = invocation.Options;
        await using Container container = await OpenContainerAsync(invocation);
        if (invocation.Arguments.Count == 1 && options.NotEmpty(OciRun.Options.Process) is null)
        {
            throw new CommandException("exec args cannot be empty");
        }
        ContainerStatus status = (await container.GetStateAsync()).Status;
        if (status is ContainerStatus.Stopped)
        {
            throw new CommandException("cannot exec in a stopped container");
        }
        if (status is ContainerStatus.Paused && !options.IsSet(OciRun.Options.IgnorePaused))
        {
            throw new CommandException("cannot exec in a paused container (use --ignore-paused to override)");
        }
        bool isDetached = options.IsSet(OciRun.Options.Detach);
        using SignalForwarder? signals = isDetached ? null : new SignalForwarder();
        ExecOptions exec = ExecOptions.FromProcess(await ExecProcess.ReadAsync(invocation, container));
        exec.IsDetached = isDetached;
        exec.ConsoleSocket = options.NotEmpty(OciRun.Options.ConsoleSocket);
        await using ContainerProcess process = await container.ExecAsync(exec);
        if (options.NotEmpty(OciRun.Options.PidFile) is string pidFile)
        {
            PidFile.Write(pidFile, process.Pid);
        }
        if (isDetached)
        {
            return 0;
        }
        signals!.ForwardTo(signal => process.KillAsync(signal));
        return (await process.WaitAsync()).ShellCode;
    }
}
