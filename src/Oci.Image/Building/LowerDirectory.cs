using Oci.Image.Changes;

namespace Oci.Image.Building;

/// <summary>A directory of the layers below those that are flattened.</summary>
/// <param name="Origin">The entry that it had its attributes of.</param>
/// <param name="Children">Its names, in the order of their bytes.</param>
internal sealed record LowerDirectory(EntryOrigin? Origin, KeyValuePair<byte[], TreeNode>[] Children);
