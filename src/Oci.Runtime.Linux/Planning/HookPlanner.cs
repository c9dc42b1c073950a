using Oci.Runtime.Linux.Hooks;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Planning;

/// <summary>The steps at which a container waits while its parent runs the hooks of the creation.</summary>
internal static class HookPlanner
{
    /// <summary>Those hooks, in the order of the marks.</summary>
    public static IReadOnlyList<HookCall> Calls(RuntimeSpec spec) =>
        HookCall.In(spec.Hooks, HookStage.prestart, HookStage.createRuntime, HookStage.createContainer);

    /// <summary>The mounts are there, and the host's root still is (runtime-spec, config.md, "CreateRuntime Hooks").</summary>
    public static void Add(PlanContext context)
    {
        IReadOnlyList<HookCall> calls = Calls(context.Spec);
        bool opens = calls.Any(c => c.Stage == HookStage.createContainer) && MayBeEntered(context);
        if (opens)
        {
            AddDumpable(context, 1, "letting the createContainer hooks in", "/hooks/createContainer");
        }
        for (int i = 0; i < calls.Count; i++)
        {
            context.Builder.Begin(calls[i].Label, calls[i].SpecPointer, calls[i].Hook.Path);
            context.SendToParent(PlanBuilder.Struct("hook", (long)PlanMark.Hook, i));
            context.AwaitParent();
        }
        if (opens)
        {
            PreparePlanner.AddHide(context.Builder);
        }
    }

    /// <summary>Before the wait: whoever starts the container runs its startContainer hooks in it.</summary>
    public static void AddBeforeWait(PlanContext context)
    {
        if (StartCalls(context.Spec).Count > 0 && MayBeEntered(context))
        {
            AddDumpable(context, 1, "letting the startContainer hooks in", "/hooks/startContainer");
        }
    }

    /// <summary>What the wait is for.</summary>
    public static void BeginWait(PlanContext context)
    {
        IReadOnlyList<HookCall> calls = StartCalls(context.Spec);
        if (calls.Count == 0)
        {
            context.Builder.Begin("waiting to be started");
            return;
        }
        context.Builder.Begin($"waiting to be started, after the startContainer hooks {string.Join(", ", calls.Select(c => c.Hook.Path))}", "/hooks/startContainer");
    }

    private static IReadOnlyList<HookCall> StartCalls(RuntimeSpec spec) => HookCall.In(spec.Hooks, HookStage.startContainer);

    /// <summary>
    /// A user namespace of its own is what an ordinary user enters with; the kernel lets him only while the process is
    /// dumpable. Nobody else is in namespaces that are all new, so nobody else gets in.
    /// </summary>
    private static bool MayBeEntered(PlanContext context) =>
        context.MakesNamespace(LinuxNamespaceTypes.User) && context.Spec.Linux!.Namespaces!.All(n => string.IsNullOrEmpty(n.Path));

    private static void AddDumpable(PlanContext context, long value, string label, string pointer)
    {
        context.Builder.Begin(label, pointer);
        context.Builder.Add(SystemCall.prctl, [PlanArgument.Number(4, "PR_SET_DUMPABLE"), value, 0, 0, 0]);
    }
}
