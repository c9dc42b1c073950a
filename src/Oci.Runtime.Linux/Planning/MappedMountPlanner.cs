using Oci.Runtime.Linux.Mounts;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Planning;

/// <summary>Binds with mapped ids (runtime-spec, config.md, "Mounts": uidMappings, idmap, ridmap).</summary>
internal static class MappedMountPlanner
{
    public static bool IsMapped(MountSpec mount, MountOptions options) => options.IsMapped || mount.UidMappings is { Count: > 0 };

    /// <summary>What a mount with mappings lacks, with the member to change; null where nothing.</summary>
    public static (string Pointer, string Feature, string Hint)? FindUnsupported(RuntimeSpec spec, MountSpec mount, MountOptions options, HostFacts host, string pointer)
    {
        bool hasOwn = mount.UidMappings is { Count: > 0 };
        string member = pointer + (hasOwn ? "/uidMappings" : "/options");
        if (!IsMapped(mount, options))
        {
            return null;
        }
        if (!options.IsBind || options.IsRemount)
        {
            return (member, "mapping the ids of what is no bind mount", "Only a bind mount can be mapped, as in runc: remove the mappings.");
        }
        if (!hasOwn && spec.Linux?.Namespaces?.Any(n => n.Type is LinuxNamespaceTypes.User) != true)
        {
            return (member, "idmap without mappings and without a user namespace", "Add uidMappings and gidMappings to the mount, or a user namespace to the container.");
        }
        return host.CanMapMounts
            ? null
            : (member, "mapping the ids of a mount as an ordinary user", "Run as root: it takes CAP_SYS_ADMIN over the filesystem of the source.");
    }

    /// <summary>Adds the steps that get the tree from the parent.</summary>
    public static void AddOpenTree(PlanContext context, MountSpec mount, MountOptions options, string source, PlanCell tree)
    {
        bool hasOwn = mount.UidMappings is { Count: > 0 };
        ParentCalls.AskForDescriptor(
            context,
            new MappedTreeRequest(context.Builder.Label, context.Builder.SpecPointer, source)
            {
                IsRecursive = options.IsRecursive,
                IsMappingRecursive = options.IsMappedRecursively,
                Propagation = RootPlanner.MountsPropagation(context),
                Uids = hasOwn ? mount.UidMappings : null,
                Gids = hasOwn ? mount.GidMappings : null,
            },
            tree);
    }
}
