using Oci.Runtime.Linux.Launching;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Planning;

/// <summary>Compiles one more process of a running container to a plan. Pure: it looks at nothing but its arguments.</summary>
internal static class ExecCompiler
{
    /// <summary>The plan of a process.</summary>
    /// <param name="containerId">The container's id.</param>
    /// <param name="spec">The container's configuration, with the process to be run in the place of its own.</param>
    /// <param name="namespaces">The namespaces to join, each with its path: those that the container does not share with this process.</param>
    /// <param name="needsCgroup">Whether the container has a cgroup.</param>
    /// <param name="host">What the host is.</param>
    /// <param name="warnings">Sentences that are known already.</param>
    /// <exception cref="InvalidSpecException">The process is not valid.</exception>
    /// <exception cref="UnsupportedSpecException">It asks for what this runtime does not do.</exception>
    public static ContainerPlan Compile(
        string containerId,
        RuntimeSpec spec,
        IReadOnlyList<LinuxNamespace> namespaces,
        bool needsCgroup,
        HostFacts host,
        IReadOnlyList<string> warnings)
    {
        IReadOnlyList<SpecFinding> findings = Check(spec);
        SupportedSpec.ThrowIfProcessUnsupported(containerId, spec, host);
        RuntimeSpec joined = spec with { Linux = (spec.Linux ?? new LinuxSpec()) with { Namespaces = namespaces } };
        var context = new PlanContext(containerId, joined, "", host);
        foreach (string warning in warnings.Concat(findings.Select(f => f.ToString())))
        {
            context.Warn(warning);
        }
        AddJoin(context, needsCgroup, "making the process in the container's namespaces");
        NamespacePlanner.AddKeyring(context);
        AddTerminal(context);
        ProcessPlanner.Add(context);
        StartPlanner.AddAtOnce(context);
        return new ContainerPlan(containerId, host.Architecture, context.Builder.Steps, new PlanHandshake
        {
            NeedsCgroup = needsCgroup,
            JoinsContainer = true,
            KnownWarnings = [.. context.Warnings.Distinct()],
            Warnings = context.RuntimeWarnings,
            Requests = context.Requests,
        });
    }

    /// <summary>In the container's mount namespace, where setns(2) has made its root this process's.</summary>
    private static void AddTerminal(PlanContext context)
    {
        if (context.Process.Terminal != true)
        {
            return;
        }
        PlanBuilder builder = context.Builder;
        builder.Begin("opening the container's root", TerminalPlanner.Pointer, "/");
        builder.Add(SystemCall.openat, [PlanFlags.AtFdcwd, builder.Text("/"), context.Flags.OpenDirectory, 0], result: context.Root);
        TerminalPlanner.Add(context, hasConsole: false);
        builder.Add(SystemCall.close, [context.Root]);
    }

    /// <summary>Everything but the process was checked when the container was created.</summary>
    private static IReadOnlyList<SpecFinding> Check(RuntimeSpec spec)
    {
        var check = new SpecCheck(spec);
        ProcessRules.Check(check, spec.Process!);
        return check.Findings.Any(f => f.Severity == SpecSeverity.Error)
            ? throw new InvalidSpecException("the process", [.. check.Findings.OrderBy(f => f.Severity)])
            : check.Findings;
    }

    /// <summary>Enters the container's cgroup and namespaces, and makes the process that goes on.</summary>
    internal static void AddJoin(PlanContext context, bool needsCgroup, string label)
    {
        PlanBuilder builder = context.Builder;
        PlanArgument container = PlanArgument.Number(InitDescriptors.Container, "container");
        builder.Phase = PlanPhase.Prepare;
        builder.Begin("closing what was inherited");
        builder.Add(SystemCall.close, [PlanArgument.Number(InitDescriptors.Program, "program")]);
        builder.Add(SystemCall.close_range, [InitDescriptors.Container + 1, PlanFlags.Hex(uint.MaxValue), 0]);
        builder.Begin("starting a session");
        builder.Add(SystemCall.setsid, []);
        PreparePlanner.AddOomScore(context);
        // Its memory belongs to the user namespace that the init was executed in: no rights inside the container help.
        PreparePlanner.AddHide(builder);
        SchedulingPlanner.AddAffinity(context, context.Process.ExecCpuAffinity?.Initial, "initial");
        if (needsCgroup)
        {
            builder.Begin("waiting for the cgroup to be entered", "/linux/cgroupsPath");
            context.SendToParent(PlanBuilder.Struct("prepare", (long)PlanMark.Prepare, 0));
            context.AwaitParent();
        }
        SchedulingPlanner.AddAffinity(context, context.Process.ExecCpuAffinity?.Final, "final");
        bool hasUser = context.Namespace(LinuxNamespaceTypes.User) is not null;
        var joined = PreparePlanner.Types.Where(t => context.Namespace(t.Type) is not null).ToList();
        if (hasUser)
        {
            joined.Insert(0, (LinuxNamespaceTypes.User, "CLONE_NEWUSER", PreparePlanner.CLONE_NEWUSER));
        }
        if (joined.Count > 0)
        {
            // By a pidfd they are entered all or none, and the kernel judges each by the rights both before and after (setns(2)).
            builder.Begin("joining the container's namespaces", "/linux/namespaces");
            builder.Add(SystemCall.setns, [container, PlanArgument.Number(joined.Sum(t => t.Flag), string.Join('|', joined.Select(t => t.Name)))]);
        }
        builder.Begin("closing what was inherited");
        builder.Add(SystemCall.close, [container]);
        if (hasUser)
        {
            PreparePlanner.AddBecomeRoot(context);
        }
        PreparePlanner.AddClone(context, label);
    }
}
