using Oci.Image.Tar;

namespace Oci.Image.PortableFilesystems;

/// <summary>The tree as the layers so far make it, with its links: names are resolved here and never by the system.</summary>
/// <remarks>No symbolic link is on the disk while layers are unpacked, so no path of the tree can lead out of it.</remarks>
internal sealed class PortableTree(string root)
{
    // As many as the kernel follows (path_resolution(7)).
    private const int MaxLinks = 40;

    public PortableNode Root { get; } = new(parent: null, "", root, TarEntryType.Directory);

    /// <summary>The directory that a path leads to, inside the root whatever its links say.</summary>
    /// <param name="from">Where a path without a slash at its start begins.</param>
    /// <param name="path">Components divided by slashes.</param>
    /// <param name="make">Makes a missing directory; null where one missing is no directory.</param>
    /// <param name="isLoop">Whether there are more symbolic links on the way than a system follows.</param>
    /// <returns>Null where it is missing, no directory, or behind a loop of links.</returns>
    public PortableNode? Resolve(PortableNode from, string path, Func<PortableNode, string, PortableNode>? make, out bool isLoop)
    {
        isLoop = false;
        PortableNode at = path.StartsWith('/') ? Root : from;
        var left = new Stack<string>();
        Push(left, path);
        int links = 0;
        while (left.TryPop(out string? component))
        {
            if (component == "..")
            {
                at = at.Parent ?? at;
                continue;
            }
            if (!at.Children!.TryGetValue(component, out PortableNode? child))
            {
                if (make is null)
                {
                    return null;
                }
                child = make(at, component);
            }
            if (child.Type == TarEntryType.SymbolicLink)
            {
                if (++links > MaxLinks)
                {
                    isLoop = true;
                    return null;
                }
                at = child.Target.StartsWith('/') ? Root : at;
                Push(left, child.Target);
            }
            else if (child.Type == TarEntryType.Directory)
            {
                at = child;
            }
            else
            {
                return null;
            }
        }
        return at;
    }

    /// <inheritdoc cref="Resolve"/>
    public PortableNode? Find(PortableNode from, string path) => Resolve(from, path, make: null, out _);

    private static void Push(Stack<string> left, string path)
    {
        string[] components = path.Split('/');
        for (int i = components.Length - 1; i >= 0; i--)
        {
            if (components[i] is not ("" or "."))
            {
                left.Push(components[i]);
            }
        }
    }
}
