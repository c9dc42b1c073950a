namespace Oci.Runtime.Linux.Spec;

/// <summary>Rules of the process's user (runtime-spec, config.md, "User").</summary>
internal static class UserRules
{
    public static void Check(SpecCheck check, UserSpec user)
    {
        bool mapped = check.MakesNamespace(LinuxNamespaceTypes.User);
        IReadOnlyList<LinuxIdMapping>? uids = mapped ? check.Spec.Linux!.UidMappings : null;
        IReadOnlyList<LinuxIdMapping>? gids = mapped ? check.Spec.Linux!.GidMappings : null;
        CheckId(check, user.Uid, uids, "/process/user/uid", "/linux/uidMappings");
        CheckId(check, user.Gid, gids, "/process/user/gid", "/linux/gidMappings");
        check.Each(user.AdditionalGids, "/process/user/additionalGids", (gid, pointer) =>
            CheckId(check, gid, gids, pointer, "/linux/gidMappings"));
        if (user.Umask > 0x1FF)
        {
            check.Error("/process/user/umask", $"{user.Umask} is above 511, which is 0777.");
        }
    }

    private static void CheckId(SpecCheck check, uint id, IReadOnlyList<LinuxIdMapping>? mappings, string pointer, string mappingsPointer)
    {
        if (id == uint.MaxValue)
        {
            check.Error(pointer, $"{id} is -1 to the kernel, which means no id.");
        }
        else if (mappings is { Count: > 0 } && !mappings.Any(m => m is not null && id >= m.ContainerId && id - m.ContainerId < m.Size))
        {
            check.Error(pointer, $"{id} is not mapped in the container's user namespace.", $"Add it to {mappingsPointer}.");
        }
    }
}
