using Oci.Runtime.Linux.Seccomp;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Planning;

/// <summary>The step that loads the filter. What comes after it must be allowed by it, as under every runtime.</summary>
/// <remarks>
/// With no_new_privs that is the exec alone: the filter is loaded last, after the wait. Without, loading needs
/// CAP_SYS_ADMIN, so that it comes before capabilities are dropped (seccomp(2)).
/// </remarks>
internal static class SeccompPlanner
{
    /// <summary>The step where capabilities are still there.</summary>
    public static void AddBeforeCapabilities(PlanContext context)
    {
        if (context.Process.NoNewPrivileges != true)
        {
            Add(context);
            if (context.Spec.Linux?.Seccomp is not null)
            {
                // A filter need not allow clock_gettime.
                context.Builder.Clock = null;
            }
        }
    }

    /// <summary>
    /// The step before the container is said to be created, where the filter notifies: the parent that passes the listener
    /// on is gone when it is started. What waits for the start and executes the program is asked of the listener then.
    /// </summary>
    public static void AddBeforeReady(PlanContext context)
    {
        if (context.Process.NoNewPrivileges == true && Notifies(context))
        {
            Add(context);
        }
    }

    /// <summary>Whether the filter has a listener.</summary>
    public static bool Notifies(PlanContext context) => SeccompSupport.Notifies(context.Spec.Linux?.Seccomp);

    /// <summary>The step before the exec.</summary>
    public static void AddBeforeExec(PlanContext context)
    {
        if (context.Process.NoNewPrivileges == true)
        {
            Add(context);
        }
    }

    private static void Add(PlanContext context)
    {
        if (context.Spec.Linux?.Seccomp is not LinuxSeccomp seccomp)
        {
            return;
        }
        SeccompFilter filter = SeccompFilterCache.Get(seccomp, SeccompArchitecture.Native(context.Host.Architecture));
        if (filter.UnknownNames.Count > 0)
        {
            context.Warn($"The seccomp filter names system calls that are not known, and goes without: {string.Join(", ", filter.UnknownNames)}.");
        }
        context.Builder.Begin($"loading the seccomp filter of {filter.Instructions.Count} instructions", "/linux/seccomp");
        // struct sock_fprog: a length of two bytes, and after six of padding a pointer.
        PlanCell program = PlanBuilder.Struct($"{{{filter.Instructions.Count} instructions, {filter.Fingerprint}}}", filter.Instructions.Count, 0);
        program.PointTo(8, new PlanCell("filter", filter.Content));
        bool notifies = Notifies(context);
        PlanCell listener = PlanCell.Slot("listener");
        context.Builder.Add(
            SystemCall.seccomp,
            [PlanArgument.Number(1, "SECCOMP_SET_MODE_FILTER"), PlanArgument.Number((long)filter.Flags, filter.Flags == SeccompFlags.None ? "0" : filter.Flags.ToString().Replace(", ", "|", StringComparison.Ordinal)), PlanArgument.AddressOf(program)],
            result: notifies ? listener : null);
        if (notifies)
        {
            context.Builder.Begin($"handing the filter's notifications to {seccomp.ListenerPath}", "/linux/seccomp/listenerPath", seccomp.ListenerPath);
            context.SendDescriptorToParent(PlanBuilder.Struct("listener", (long)PlanMark.SeccompListener, 0), listener);
            context.AwaitParent();
            context.Builder.Add(SystemCall.close, [listener]);
        }
    }
}
