using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Hooks;

/// <summary>One hook of a configuration.</summary>
/// <param name="Stage">When it is run.</param>
/// <param name="Index">Its place among the hooks of that stage, in whose order they are run.</param>
/// <param name="Hook">The program.</param>
internal sealed record HookCall(HookStage Stage, int Index, HookSpec Hook)
{
    public string Label => $"running the {Stage} hook {Hook.Path}";

    public string SpecPointer => JsonPointer.Item($"/hooks/{Stage}", Index);

    /// <summary>The program's arguments: its path alone where the hook has none, as in runc.</summary>
    public IReadOnlyList<string> Args => Hook.Args is { Count: > 0 } args ? args : [Hook.Path];

    /// <summary>The hooks of the stages, in the order in which they are run.</summary>
    public static IReadOnlyList<HookCall> In(HooksSpec? hooks, params ReadOnlySpan<HookStage> stages)
    {
        var calls = new List<HookCall>();
        foreach (HookStage stage in stages)
        {
            foreach (HookSpec hook in Of(hooks, stage) ?? [])
            {
                calls.Add(new HookCall(stage, calls.Count(c => c.Stage == stage), hook));
            }
        }
        return calls;
    }

    /// <summary>Whether there is a hook that is run later than at the creation.</summary>
    public static bool HasLater(HooksSpec? hooks) => In(hooks, HookStage.startContainer, HookStage.poststart, HookStage.poststop).Count > 0;

    private static IReadOnlyList<HookSpec>? Of(HooksSpec? hooks, HookStage stage) => stage switch
    {
        HookStage.prestart => hooks?.Prestart,
        HookStage.createRuntime => hooks?.CreateRuntime,
        HookStage.createContainer => hooks?.CreateContainer,
        HookStage.startContainer => hooks?.StartContainer,
        HookStage.poststart => hooks?.Poststart,
        HookStage.poststop => hooks?.Poststop,
        _ => throw new ArgumentOutOfRangeException(nameof(stage), stage, null),
    };
}
