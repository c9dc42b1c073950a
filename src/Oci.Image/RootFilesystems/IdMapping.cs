using Oci.Common.Linux;

namespace Oci.Image.RootFilesystems;

/// <summary>A range of user or group ids of the image, and the ids they become on this machine.</summary>
/// <param name="ContainerId">The first id as the image has it.</param>
/// <param name="HostId">The first id as this process's user namespace has it.</param>
/// <param name="Size">How many ids.</param>
public readonly record struct IdMapping(uint ContainerId, uint HostId, uint Size)
{
    /// <summary>The user of this process for the image's user 0: how an ordinary user's unpack leaves files that nothing is noted of. Linux only.</summary>
    public static IdMapping ProcessUser => new(0, Libc.Geteuid(), 1);

    /// <summary>The group of this process for the image's group 0. Linux only.</summary>
    public static IdMapping ProcessGroup => new(0, Libc.Getegid(), 1);

    /// <summary>Maps an id; false where no range holds it. No ranges at all leave every id as it is.</summary>
    internal static bool TryMap(IReadOnlyList<IdMapping> mappings, uint id, out uint hostId)
    {
        hostId = id;
        if (mappings.Count == 0)
        {
            return true;
        }
        foreach (IdMapping mapping in mappings)
        {
            if (id >= mapping.ContainerId && id - mapping.ContainerId < mapping.Size)
            {
                hostId = mapping.HostId + (id - mapping.ContainerId);
                return true;
            }
        }
        return false;
    }

    /// <summary>The owner that a file of this machine has in the image.</summary>
    /// <exception cref="OciImageException">No range holds one of its ids.</exception>
    internal static FileOwner Unmap(IReadOnlyList<IdMapping> users, IReadOnlyList<IdMapping> groups, uint uid, uint gid, ReadOnlySpan<byte> path)
    {
        if (!TryUnmap(users, uid, out uint imageUid) || !TryUnmap(groups, gid, out uint imageGid))
        {
            throw new OciImageException($"The owner {uid}:{gid} of '{PathText.Describe(path)}' is in none of the ranges that the ids of the image were mapped to. Give it to an owner that is, or add a mapping.");
        }
        return new FileOwner(imageUid, imageGid);
    }

    // chown(2) takes 4294967295 for "leave it as it is": an id that came to it by a mapping would stay this process's own.
    internal static IReadOnlyList<IdMapping> Checked(IReadOnlyList<IdMapping> value)
    {
        ArgumentNullException.ThrowIfNull(value);
        foreach (IdMapping mapping in value)
        {
            if ((ulong)mapping.ContainerId + mapping.Size > uint.MaxValue || (ulong)mapping.HostId + mapping.Size > uint.MaxValue)
            {
                throw new ArgumentException($"The mapping of {mapping.Size} ids from {mapping.ContainerId} to {mapping.HostId} reaches beyond 4294967294, the last id there is.", nameof(value));
            }
        }
        return [.. value];
    }

    private static bool TryUnmap(IReadOnlyList<IdMapping> mappings, uint hostId, out uint id)
    {
        id = hostId;
        foreach (IdMapping mapping in mappings)
        {
            if (hostId >= mapping.HostId && hostId - mapping.HostId < mapping.Size)
            {
                id = mapping.ContainerId + (hostId - mapping.HostId);
                return true;
            }
        }
        return mappings.Count == 0;
    }
}
