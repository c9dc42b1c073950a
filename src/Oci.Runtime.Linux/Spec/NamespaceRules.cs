namespace Oci.Runtime.Linux.Spec;

/// <summary>Rules of namespaces, id mappings and clock offsets (runtime-spec, config-linux.md, "Namespaces").</summary>
internal static class NamespaceRules
{
    private static readonly string[] Types =
    [
        LinuxNamespaceTypes.Pid, LinuxNamespaceTypes.Network, LinuxNamespaceTypes.Mount, LinuxNamespaceTypes.Ipc,
        LinuxNamespaceTypes.Uts, LinuxNamespaceTypes.User, LinuxNamespaceTypes.Cgroup, LinuxNamespaceTypes.Time,
    ];

    // time_namespaces(7): only these two clocks can have an offset.
    private static readonly string[] Clocks = ["monotonic", "boottime"];

    public static void Check(SpecCheck check, LinuxSpec linux)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        check.Each(linux.Namespaces, "/linux/namespaces", (ns, pointer) =>
        {
            check.OneOf(ns.Type, Types, $"{pointer}/type");
            if (!seen.Add(ns.Type))
            {
                check.Error($"{pointer}/type", $"{SpecCheck.Quote(ns.Type)} is there twice.", "Keep one of the two.");
            }
            if (ns.Path is { Length: > 0 } path)
            {
                check.AbsolutePath(path, $"{pointer}/path");
            }
        });
        CheckMappings(check, linux);
        CheckTimeOffsets(check, linux.TimeOffsets);
    }

    private static void CheckMappings(SpecCheck check, LinuxSpec linux)
    {
        foreach ((IReadOnlyList<LinuxIdMapping>? mappings, string pointer) in
            new[] { (linux.UidMappings, "/linux/uidMappings"), (linux.GidMappings, "/linux/gidMappings") })
        {
            IdMappingRules.Check(check, mappings, pointer);
            bool any = mappings is { Count: > 0 };
            if (any && check.Namespace(LinuxNamespaceTypes.User) is null)
            {
                check.Error(pointer, "Ids are mapped by a user namespace, which is not there.", "Add {\"type\": \"user\"} to /linux/namespaces.");
            }
            else if (any && !check.MakesNamespace(LinuxNamespaceTypes.User))
            {
                check.Warn(pointer, "The user namespace is joined, not made: it keeps the mappings that it has.");
            }
            else if (!any && check.MakesNamespace(LinuxNamespaceTypes.User))
            {
                check.Error(pointer, "A new user namespace needs mappings; without, every id is the overflow id.", "RootlessIdMappings.Detect finds those that this user may have.");
            }
        }
    }

    private static void CheckTimeOffsets(SpecCheck check, IReadOnlyDictionary<string, LinuxTimeOffset>? offsets)
    {
        if (offsets is { Count: > 0 } && !check.MakesNamespace(LinuxNamespaceTypes.Time))
        {
            check.Error("/linux/timeOffsets", "Offsets can only be set in a new time namespace.", "Add {\"type\": \"time\"} to /linux/namespaces.");
        }
        check.Each(offsets, "/linux/timeOffsets", (clock, offset, pointer) =>
        {
            check.OneOf(clock, Clocks, pointer);
            check.Range(offset.Nanosecs, 0, 999_999_999, $"{pointer}/nanosecs");
        });
    }
}
