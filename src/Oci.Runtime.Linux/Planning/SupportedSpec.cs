using Oci.Runtime.Linux.Mounts;
using Oci.Runtime.Linux.Seccomp;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Planning;

/// <summary>Refuses configurations that ask for what the planners do not do.</summary>
internal static class SupportedSpec
{
    private const string RemoveIt = "Remove the member, or use a runtime that supports it.";

    public static void ThrowIfUnsupported(string containerId, RuntimeSpec spec, HostFacts host)
    {
        ThrowIfProcessUnsupported(containerId, spec, host);
        if (spec.Linux?.IntelRdt is not null && host.ResctrlPath is null)
        {
            throw UnsupportedSpecException.ByHost(containerId, "/linux/intelRdt", "Intel RDT", "Mount it: mount -t resctrl resctrl /sys/fs/resctrl, where the processor and the kernel have it (CONFIG_X86_CPU_RESCTRL).");
        }
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
            MountOptions options = MountOptions.Parse(mount.Type, mount.Options);
            if (MappedMountPlanner.FindUnsupported(spec, mount, options, host, pointer) is var (at, feature, hint))
            {
                throw new UnsupportedSpecException(containerId, at, feature, hint);
            }
            if (LongMountPlanner.FindUnsupported(options) is var (what, instead))
            {
                throw new UnsupportedSpecException(containerId, pointer + "/options", what, instead);
            }
            Refuse(RootPaths.Pieces(mount.Destination).Length == 0 && !options.IsRemount, pointer + "/destination", "a mount over the root", "Set root.path instead.");
        }

        void Refuse(bool isThere, string pointer, string feature, string hint = RemoveIt) =>
            ThrowIf(isThere, containerId, pointer, feature, hint);
    }

    /// <summary>What every process of the container has, the first one or a later one.</summary>
    public static void ThrowIfProcessUnsupported(string containerId, RuntimeSpec spec, HostFacts host)
    {
        if (SecurityLabelPlanner.FindUnavailable(spec, host) is var (pointer, facility, hintForHost))
        {
            throw UnsupportedSpecException.ByHost(containerId, pointer, facility, hintForHost);
        }
        if (spec.Linux?.Seccomp is LinuxSeccomp seccomp && SeccompSupport.FindUnsupported(seccomp) is var (at, feature, remedy))
        {
            throw new UnsupportedSpecException(containerId, at, feature, remedy);
        }
        Refuse(spec.Linux?.Personality?.Flags is { Count: > 0 }, "/linux/personality/flags", "a personality flag", "The spec knows no flag yet: remove the member.");

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
