using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Planning;

/// <summary>Compiles a configuration to a plan. Pure: it looks at nothing but its arguments.</summary>
internal static class PlanCompiler
{
    /// <summary>The plan of a container.</summary>
    /// <param name="containerId">The container's id.</param>
    /// <param name="spec">The configuration.</param>
    /// <param name="bundle">The bundle's directory, an absolute path.</param>
    /// <param name="host">What the host is.</param>
    /// <param name="findings">Warnings of the configuration's check, which become the plan's.</param>
    /// <param name="options">What the caller asks for beside the configuration.</param>
    /// <exception cref="InvalidSpecException">The configuration is not valid.</exception>
    /// <exception cref="UnsupportedSpecException">It asks for what this runtime does not do.</exception>
    public static ContainerPlan Compile(string containerId, RuntimeSpec spec, string bundle, HostFacts host, IReadOnlyList<SpecFinding> findings, PlanOptions? options = null)
    {
        SupportedSpec.ThrowIfUnsupported(containerId, spec, host);
        var context = new PlanContext(containerId, spec, bundle, host) { Options = options ?? new() };
        if (context.Options.RecordsTimings)
        {
            context.StartClock();
        }
        foreach (SpecFinding finding in findings)
        {
            context.Warn(finding.ToString());
        }
        if (host.NoCgroup is not null)
        {
            context.Warn(host.NoCgroup);
        }
        bool needsResctrl = spec.Linux?.IntelRdt is not null;
        PreparePlanner.Add(context, needsParent: host.NoCgroup is null || needsResctrl);
        NamespacePlanner.Add(context);
        RootPlanner.AddAttach(context);
        MountPlanner.Add(context);
        DevicePlanner.Add(context);
        TerminalPlanner.Add(context, hasConsole: true);
        ProcessPlanner.AddWorkingDirectory(context);
        HookPlanner.Add(context);
        ProtectionPlanner.Add(context);
        RootPlanner.AddPivot(context);
        ProcessPlanner.Add(context);
        StartPlanner.Add(context);
        return new ContainerPlan(containerId, host.Architecture, context.Builder.Steps, new PlanHandshake
        {
            TimedSteps = context.Clock?.Steps ?? [],
            NeedsIdMaps = context.MakesNamespace(LinuxNamespaceTypes.User),
            NeedsCgroup = host.NoCgroup is null,
            ResctrlPath = needsResctrl ? host.ResctrlPath : null,
            KnownWarnings = [.. context.Warnings.Distinct()],
            Warnings = context.RuntimeWarnings,
            Requests = context.Requests,
        });
    }
}
