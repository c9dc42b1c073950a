using Oci.Image.Tar;

namespace Oci.Image.PortableFilesystems;

/// <summary>What stands under one name of the tree that is unpacked.</summary>
internal sealed class PortableNode(PortableNode? parent, string name, string path, TarEntryType type, string target = "")
{
    /// <summary>rwxr-xr-x, that of a directory without an entry.</summary>
    public const int DefaultMode = 0b111_101_101;

    private HashSet<string>? _taken;

    public PortableNode? Parent => parent;

    /// <summary>The name in the layers.</summary>
    public string Name => name;

    /// <summary>Where it lies on this machine; a link is made there when all else is done.</summary>
    public string Path => path;

    /// <summary>A directory, a file or a symbolic link.</summary>
    public TarEntryType Type => type;

    /// <summary>Where a symbolic link leads.</summary>
    public string Target => target;

    /// <summary>The layer that last had an entry for it; that of the entry below it for a directory without one.</summary>
    public int Layer { get; set; }

    public int Mode { get; set; } = DefaultMode;

    public TarTime? ModifiedTime { get; set; }

    public Dictionary<string, PortableNode>? Children { get; } = type == TarEntryType.Directory ? [] : null;

    public int Depth { get; } = parent is null ? 0 : parent.Depth + 1;

    /// <summary>A path for a new child that no other has.</summary>
    public string Reserve(string child, PortableNames names)
    {
        string encoded = names.Encode(child);
        if (!names.MayCollide)
        {
            return System.IO.Path.Combine(path, encoded);
        }
        string free = encoded;
        _taken ??= [];
        for (int i = 1; !_taken.Add(names.Fold(free)); i++)
        {
            free = $"{encoded}~{i}";
        }
        return System.IO.Path.Combine(path, free);
    }

    public void Remove(PortableNode child, PortableNames names)
    {
        Children!.Remove(child.Name);
        _taken?.Remove(names.Fold(System.IO.Path.GetFileName(child.Path)));
    }
}
