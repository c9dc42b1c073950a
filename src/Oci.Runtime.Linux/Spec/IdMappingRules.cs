namespace Oci.Runtime.Linux.Spec;

/// <summary>Rules of id mappings, those of the kernel (user_namespaces(7), "Defining user and group ID mappings").</summary>
internal static class IdMappingRules
{
    /// <summary>The most lines that the kernel takes since Linux 4.15.</summary>
    public const int MaxEntries = 340;

    public static void Check(SpecCheck check, IReadOnlyList<LinuxIdMapping>? mappings, string pointer)
    {
        if (mappings?.Count > MaxEntries)
        {
            check.Error(pointer, $"It has {mappings.Count} entries; {MaxEntries} is the most that the kernel takes.");
            return;
        }
        check.Each(mappings, pointer, (mapping, at) => CheckRange(check, mapping, at));
        for (int i = 1; i < (mappings?.Count ?? 0); i++)
        {
            for (int j = 0; j < i; j++)
            {
                if (mappings![i] is { } one && mappings[j] is { } other)
                {
                    CheckOverlap(check, one.ContainerId, one.Size, other.ContainerId, other.Size, $"{JsonPointer.Item(pointer, i)}/containerID", j);
                    CheckOverlap(check, one.HostId, one.Size, other.HostId, other.Size, $"{JsonPointer.Item(pointer, i)}/hostID", j);
                }
            }
        }
    }

    private static void CheckRange(SpecCheck check, LinuxIdMapping mapping, string pointer)
    {
        if (mapping.Size == 0)
        {
            check.Error($"{pointer}/size", "It is 0; a mapping has at least one id.");
        }
        if ((ulong)mapping.ContainerId + mapping.Size > uint.MaxValue)
        {
            check.Error($"{pointer}/containerID", "The range goes beyond the last id, 4294967294.");
        }
        if ((ulong)mapping.HostId + mapping.Size > uint.MaxValue)
        {
            check.Error($"{pointer}/hostID", "The range goes beyond the last id, 4294967294.");
        }
    }

    private static void CheckOverlap(SpecCheck check, uint first, uint size, uint otherFirst, uint otherSize, string pointer, int other)
    {
        if (size > 0 && otherSize > 0 && first < (ulong)otherFirst + otherSize && otherFirst < (ulong)first + size)
        {
            check.Error(pointer, $"The range overlaps that of entry {other}.");
        }
    }
}
