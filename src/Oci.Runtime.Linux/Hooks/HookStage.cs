namespace Oci.Runtime.Linux.Hooks;

/// <summary>When in a container's life a hook is run; the names are the spec's.</summary>
internal enum HookStage
{
    prestart,
    createRuntime,
    createContainer,
    startContainer,
    poststart,
    poststop,
}
