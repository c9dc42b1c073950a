namespace Oci.Runtime.Linux.Spec;

/// <summary>Rules of hooks (runtime-spec, config.md, "POSIX-platform Hooks").</summary>
internal static class HookRules
{
    public static void Check(SpecCheck check, HooksSpec hooks)
    {
        Check(check, hooks.Prestart, "/hooks/prestart");
        Check(check, hooks.CreateRuntime, "/hooks/createRuntime");
        Check(check, hooks.CreateContainer, "/hooks/createContainer");
        Check(check, hooks.StartContainer, "/hooks/startContainer");
        Check(check, hooks.Poststart, "/hooks/poststart");
        Check(check, hooks.Poststop, "/hooks/poststop");
    }

    private static void Check(SpecCheck check, IReadOnlyList<HookSpec>? hooks, string pointer) => check.Each(hooks, pointer, (hook, at) =>
    {
        check.AbsolutePath(hook.Path, $"{at}/path");
        check.Texts(hook.Args, $"{at}/args");
        check.Texts(hook.Env, $"{at}/env");
        if (hook.Timeout <= 0)
        {
            check.Error($"{at}/timeout", $"{hook.Timeout} is not above 0.", "Leave it out for no limit.");
        }
    });
}
