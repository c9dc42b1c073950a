using Oci.Common.Linux;
using Oci.Runtime.Linux.Bundles;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Namespaces;

/// <summary>The ids of a user namespace that this process's user may make: the own id as root, and subordinate ids from 1 on.</summary>
public sealed class RootlessIdMappings
{
    private RootlessIdMappings(IReadOnlyList<LinuxIdMapping> uids, IReadOnlyList<LinuxIdMapping> gids, string? notice)
    {
        Uids = uids;
        Gids = gids;
        Notice = notice;
    }

    /// <summary>User ids, for <see cref="LinuxSpec.UidMappings"/>.</summary>
    public IReadOnlyList<LinuxIdMapping> Uids { get; }

    /// <summary>Group ids, for <see cref="LinuxSpec.GidMappings"/>.</summary>
    public IReadOnlyList<LinuxIdMapping> Gids { get; }

    /// <summary>Where only one id is mapped: a sentence for the user that says why, and what to do. Else null.</summary>
    public string? Notice { get; }

    /// <summary>The mappings of this process's user, by <c>/etc/subuid</c>, <c>/etc/subgid</c> and the programs that may use them.</summary>
    public static RootlessIdMappings Detect()
    {
        UserDatabase users = UserDatabase.Read("/");
        uint uid = Libc.Geteuid();
        string? name = users.FindName(uid) ?? Environment.GetEnvironmentVariable("USER");
        return Create(uid, Libc.Getegid(), name, ReadOrEmpty("/etc/subuid"), ReadOrEmpty("/etc/subgid"),
            IdMapTool.Find("newuidmap") is not null && IdMapTool.Find("newgidmap") is not null);
    }

    /// <summary>The mappings by what the files hold. Pure.</summary>
    internal static RootlessIdMappings Create(uint uid, uint gid, string? userName, string subuid, string subgid, bool hasTools)
    {
        List<SubordinateIds> uids = SubordinateIds.ParseFile(subuid, userName, uid);
        List<SubordinateIds> gids = SubordinateIds.ParseFile(subgid, userName, uid);
        string? missing =
            !hasTools ? "newuidmap and newgidmap are not installed (Debian: apt-get install uidmap)"
            : uids.Count == 0 ? $"/etc/subuid has no range for {userName ?? uid.ToString()} (root can add one: usermod --add-subuids 100000-165535 {userName ?? "USER"})"
            : gids.Count == 0 ? $"/etc/subgid has no range for {userName ?? uid.ToString()} (root can add one: usermod --add-subgids 100000-165535 {userName ?? "USER"})"
            : null;
        return missing is null
            ? new RootlessIdMappings(Map(uid, uids), Map(gid, gids), null)
            : new RootlessIdMappings(Map(uid, []), Map(gid, []),
                $"Only your own id is mapped, as root: other owners of the image become yours. The reason: {missing}.");
    }

    // Ranges of a careless file can overlap the own id or each other, which the kernel refuses: such are left out.
    private static List<LinuxIdMapping> Map(uint own, List<SubordinateIds> ranges)
    {
        List<LinuxIdMapping> mappings = [new LinuxIdMapping { ContainerId = 0, HostId = own, Size = 1 }];
        uint next = 1;
        foreach (SubordinateIds range in ranges)
        {
            bool overlaps = mappings.Exists(m => range.First < (ulong)m.HostId + m.Size && m.HostId < (ulong)range.First + range.Count);
            if (overlaps || (ulong)next + range.Count > uint.MaxValue || mappings.Count == IdMappingRules.MaxEntries)
            {
                continue;
            }
            mappings.Add(new LinuxIdMapping { ContainerId = next, HostId = range.First, Size = range.Count });
            next += range.Count;
        }
        return mappings;
    }

    private static string ReadOrEmpty(string path) => File.Exists(path) ? File.ReadAllText(path) : "";
}
