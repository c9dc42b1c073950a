namespace Oci.Image.RootFilesystems;

/// <summary>A range of user or group ids of the image, and the ids they become on this machine.</summary>
/// <param name="ContainerId">The first id as the image has it.</param>
/// <param name="HostId">The first id as this process's user namespace has it.</param>
/// <param name="Size">How many ids.</param>
public readonly record struct IdMapping(uint ContainerId, uint HostId, uint Size)
{
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
}
