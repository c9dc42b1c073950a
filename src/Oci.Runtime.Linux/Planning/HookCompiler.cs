using Oci.Runtime.Linux.Hooks;
using Oci.Runtime.Linux.Launching;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Planning;

/// <summary>Compiles a hook to a plan. Pure: it looks at nothing but its arguments.</summary>
internal static class HookCompiler
{
    private static readonly ProcessSpec s_plain = new() { Cwd = "/" };

    /// <summary>A hook in the runtime's namespaces and cgroup, with the rights of this process.</summary>
    /// <param name="containerId">The container's id.</param>
    /// <param name="call">The hook.</param>
    /// <param name="directory">Where it is run; the bundle, as in runc.</param>
    /// <param name="host">What the host is.</param>
    public static ContainerPlan CompileOutside(string containerId, HookCall call, string directory, HostFacts host)
    {
        var context = new PlanContext(containerId, new RuntimeSpec { OciVersion = RuntimeSpec.CurrentVersion, Process = s_plain }, "", host);
        PlanBuilder builder = context.Builder;
        builder.Phase = PlanPhase.Prepare;
        Begin(context, call);
        builder.Add(SystemCall.close, [PlanArgument.Number(InitDescriptors.Program, "program")]);
        builder.Add(SystemCall.close_range, [InitDescriptors.Parent + 1, PlanFlags.Hex(uint.MaxValue), 0]);
        builder.Add(SystemCall.setsid, []);
        PreparePlanner.AddClone(context, "making the hook's process");
        AddExecute(context, call, directory);
        return ToPlan(context, needsCgroup: false);
    }

    /// <summary>
    /// A hook in the namespaces and the cgroup of a container that is being created, with all rights in there. Its file
    /// is the host's: the container's root is not the root yet.
    /// </summary>
    /// <param name="containerId">The container's id.</param>
    /// <param name="call">The hook.</param>
    /// <param name="namespaces">The namespaces to join: those that the container does not share with this process.</param>
    /// <param name="needsCgroup">Whether the container has a cgroup.</param>
    /// <param name="rootPath">Where it is run: the root filesystem, on the host.</param>
    /// <param name="host">What the host is.</param>
    public static ContainerPlan CompileBeforePivot(string containerId, HookCall call, IReadOnlyList<LinuxNamespace> namespaces, bool needsCgroup, string rootPath, HostFacts host)
    {
        var spec = new RuntimeSpec { OciVersion = RuntimeSpec.CurrentVersion, Process = s_plain, Linux = new LinuxSpec { Namespaces = namespaces } };
        var context = new PlanContext(containerId, spec, "", host);
        ExecCompiler.AddJoin(context, needsCgroup, "making the hook's process");
        AddExecute(context, call, rootPath);
        return ToPlan(context, needsCgroup);
    }

    /// <summary>
    /// A hook in a created container: its file is the container's, so it gets what the container's process has, and no
    /// more: its user, capabilities, limits, filter, directory and cgroup.
    /// </summary>
    /// <param name="containerId">The container's id.</param>
    /// <param name="call">The hook.</param>
    /// <param name="spec">The container's configuration.</param>
    /// <param name="namespaces">The namespaces to join: those that the container does not share with this process.</param>
    /// <param name="needsCgroup">Whether the container has a cgroup.</param>
    /// <param name="host">What the host is.</param>
    public static ContainerPlan CompileInside(string containerId, HookCall call, RuntimeSpec spec, IReadOnlyList<LinuxNamespace> namespaces, bool needsCgroup, HostFacts host)
    {
        RuntimeSpec joined = spec with
        {
            Process = spec.Process! with { Args = call.Args, Env = call.Hook.Env, Terminal = null, ConsoleSize = null },
            Linux = (spec.Linux ?? new LinuxSpec()) with { Namespaces = namespaces },
        };
        var context = new PlanContext(containerId, joined, "", host);
        ExecCompiler.AddJoin(context, needsCgroup, "making the hook's process");
        NamespacePlanner.AddKeyring(context);
        ProcessPlanner.Add(context);
        AddExecute(context, call, directory: null);
        return ToPlan(context, needsCgroup);
    }

    private static void AddExecute(PlanContext context, HookCall call, string? directory)
    {
        PlanBuilder builder = context.Builder;
        builder.Phase = PlanPhase.Start;
        Begin(context, call);
        // Its process leads a group that its pidfd names, which is killed whole when the time is over.
        builder.Add(SystemCall.setsid, []);
        if (directory is not null)
        {
            builder.Begin(call.Label, call.SpecPointer, directory);
            builder.Add(SystemCall.chdir, [builder.Text(directory)]);
        }
        Begin(context, call);
        builder.Add(SystemCall.close_range, [InitDescriptors.Program, PlanFlags.Hex(uint.MaxValue), PlanArgument.Number(4, "CLOSE_RANGE_CLOEXEC")]);
        context.SendToParent(PlanBuilder.Struct("ready", (long)PlanMark.Ready, 0));
        SeccompPlanner.AddBeforeExec(context);
        Begin(context, call);
        builder.Add(
            SystemCall.execve,
            [
                builder.Text(call.Hook.Path),
                PlanArgument.AddressOf(builder.TextArray("argv", call.Args)),
                PlanArgument.AddressOf(builder.TextArray("envp", call.Hook.Env ?? [])),
            ]);
    }

    private static void Begin(PlanContext context, HookCall call) => context.Builder.Begin(call.Label, call.SpecPointer, call.Hook.Path);

    private static ContainerPlan ToPlan(PlanContext context, bool needsCgroup) =>
        new(context.ContainerId, context.Host.Architecture, context.Builder.Steps, new PlanHandshake
        {
            NeedsCgroup = needsCgroup,
            JoinsContainer = true,
            KnownWarnings = [.. context.Warnings.Distinct()],
            Warnings = context.RuntimeWarnings,
            Requests = context.Requests,
        });
}
