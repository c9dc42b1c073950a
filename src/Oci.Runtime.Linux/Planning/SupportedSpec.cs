using Oci.Runtime.Linux.Mounts;
using Oci.Runtime.Linux.Seccomp;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Planning;

/// <summary>Refuses configurations that ask for what the planners do not do.</summary>
internal static class SupportedSpec
{
    private const string RemoveIt = "Remove the member, or use a runtime that supports it.";

    public static void ThrowIfUnsupported(string containerId, RuntimeSpec spec)
    {
        ThrowIfProcessUnsupported(containerId, spec);
        Refuse(!string.IsNullOrEmpty(spec.Linux?.MountLabel), "/linux/mountLabel", "SELinux");
        Refuse(spec.Linux?.IntelRdt is not null, "/linux/intelRdt", "Intel RDT");
        Refuse(spec.Linux?.MemoryPolicy is not null, "/linux/memoryPolicy", "a memory policy");
        Refuse(
            spec.Linux?.RootfsPropagation is "shared" or "rshared",
            "/linux/rootfsPropagation",
            "a shared root",
            "Use slave or private.");
        Refuse(
            spec.Linux?.Namespaces?.Any(n => n.Type is LinuxNamespaceTypes.Mount) != true,
            "/linux/namespaces",
            "a container in the host's mount namespace",
            "Add {\"type\": \"mount\"} to the namespaces.");
        for (int i = 0; i < (spec.Mounts?.Count ?? 0); i++)
        {
            CheckMount(spec.Mounts![i], JsonPointer.Item("/mounts", i));
        }

        void CheckMount(MountSpec mount, string pointer)
        {
            Refuse(mount.UidMappings is { Count: > 0 }, pointer + "/uidMappings", "an idmapped mount");
            Refuse(RootPaths.Pieces(mount.Destination).Length == 0, pointer + "/destination", "a mount over the root", "Set root.path instead.");
            foreach (string option in MountOptions.Parse(mount.Type, mount.Options).Unsupported)
            {
                Refuse(true, pointer + "/options", $"the mount option {option}", "Remove the option.");
            }
        }

        void Refuse(bool isThere, string pointer, string feature, string hint = RemoveIt) =>
            ThrowIf(isThere, containerId, pointer, feature, hint);
    }

    /// <summary>What every process of the container has, the first one or a later one.</summary>
    public static void ThrowIfProcessUnsupported(string containerId, RuntimeSpec spec)
    {
        Refuse(!string.IsNullOrEmpty(spec.Process?.ApparmorProfile), "/process/apparmorProfile", "AppArmor");
        Refuse(!string.IsNullOrEmpty(spec.Process?.SelinuxLabel), "/process/selinuxLabel", "SELinux");
        Refuse(spec.Process?.Scheduler is not null, "/process/scheduler", "a scheduling policy");
        if (spec.Linux?.Seccomp is LinuxSeccomp seccomp && SeccompSupport.FindUnsupported(seccomp) is var (at, feature, remedy))
        {
            throw new UnsupportedSpecException(containerId, at, feature, remedy);
        }
        Refuse(spec.Linux?.Personality?.Flags is { Count: > 0 }, "/linux/personality/flags", "personality flags");

        void Refuse(bool isThere, string pointer, string feature, string hint = RemoveIt) =>
            ThrowIf(isThere, containerId, pointer, feature, hint);
    }

    private static void ThrowIf(bool isThere, string containerId, string pointer, string feature, string hint)
    {
        if (isThere)
        {
            throw new UnsupportedSpecException(containerId, pointer, feature, hint);
        }
    }
}
