using System.Text;
using Oci.Image.Tar;

namespace Oci.Distribution.Artifacts;

/// <summary>The directories and symbolic links of an archive, as far as it was read.</summary>
/// <param name="ignoreCase">Whether names that differ in case may be one name where it is unpacked.</param>
internal sealed class ArchiveTree(bool ignoreCase)
{
    private readonly Node _root = new();

    /// <summary>Whether a path leads through a symbolic link, or is one.</summary>
    public bool HasLink(ReadOnlySpan<string> path)
    {
        Node at = _root;
        foreach (string part in path)
        {
            if (!at.Children.TryGetValue(Fold(part), out Node? next))
            {
                return false;
            }
            if (next.IsLink)
            {
                return true;
            }
            at = next;
        }
        return false;
    }

    /// <summary>Takes in an entry, in the place of what has its name.</summary>
    /// <param name="path">Its name, which leads through no link and is not empty.</param>
    /// <param name="type">What it is.</param>
    /// <returns>How many directories it makes on its way.</returns>
    public int Add(ReadOnlySpan<string> path, TarEntryType type)
    {
        int made = 0;
        Node at = _root;
        foreach (string part in path[..^1])
        {
            if (!at.Children.TryGetValue(Fold(part), out Node? next))
            {
                next = new Node();
                at.Children.Add(Fold(part), next);
                made++;
            }
            at = next;
        }
        string name = Fold(path[^1]);
        Node? present = at.Children.GetValueOrDefault(name);
        if (type == TarEntryType.SymbolicLink)
        {
            at.Children[name] = new Node { IsLink = true };
        }
        // Names that are one by this fold may still be two there, so that what is a link remains one.
        else if (type != TarEntryType.Directory && !ignoreCase)
        {
            at.Children.Remove(name);
        }
        else if (type == TarEntryType.Directory && (present is null || (present.IsLink && !ignoreCase)))
        {
            at.Children[name] = new Node();
        }
        return made;
    }

    private string Fold(string part) => ignoreCase ? TitleRules.Fold(Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(part)), ignoreCase: true) : part;

    private sealed class Node
    {
        public Dictionary<string, Node> Children { get; } = new(StringComparer.Ordinal);

        public bool IsLink { get; init; }
    }
}
