namespace Oci.Image.Changes;

/// <summary>One name of a walk over a tree.</summary>
/// <param name="Depth">0 for the root, 1 for what is in it.</param>
/// <param name="Name">The name in its directory; empty for the root.</param>
/// <param name="Node">What is there.</param>
internal readonly record struct TreeStep(int Depth, byte[] Name, TreeNode Node);
