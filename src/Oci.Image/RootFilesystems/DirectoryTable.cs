using Oci.Common.Linux;
using System.Runtime.InteropServices;
using Oci.Image.Tar;

namespace Oci.Image.RootFilesystems;

/// <summary>The directories of a root that is being unpacked, by inode, with the attributes they get at the end.</summary>
/// <remarks>
/// Until then every directory has mode 0700: what is unpacked into it needs no more, an ordinary user can fill a
/// directory that ends up read-only, and nobody else gets at a half-unpacked root.
/// </remarks>
internal sealed class DirectoryTable
{
    /// <summary>The mode of a directory that has no entry of its own: 0755.</summary>
    public const uint DefaultMode = 0x1ED;

    /// <summary>The mode of every directory until the unpack ends: 0700.</summary>
    public const uint PrivateMode = InRootWalk.PrivateMode;

    private readonly Dictionary<ulong, DirectoryAttributes> _directories = [];

    public int Count => _directories.Count;

    /// <summary>Notes a new directory.</summary>
    public void Add(ulong inode, int depth) => _directories[inode] = new DirectoryAttributes { Depth = depth, Mode = DefaultMode };

    /// <summary>Forgets a directory that was removed, before its inode number is used again.</summary>
    public void Remove(ulong inode) => _directories.Remove(inode);

    public int GetDepth(ulong inode) => _directories.TryGetValue(inode, out DirectoryAttributes attributes) ? attributes.Depth : 0;

    /// <summary>Whether a directory has an entry of its own.</summary>
    public bool HasEntry(ulong inode) => _directories.TryGetValue(inode, out DirectoryAttributes attributes) && attributes.HasTimes;

    /// <summary>How many directories have no entry of their own.</summary>
    public int CountImplied() => _directories.Values.Count(attributes => !attributes.HasTimes);

    /// <summary>Makes a directory hide what lower layers have in theirs of its name.</summary>
    public void SetOpaque(ulong inode)
    {
        ref DirectoryAttributes attributes = ref CollectionsMarshal.GetValueRefOrAddDefault(_directories, inode, out _);
        attributes.IsOpaque = true;
    }

    public bool TryGet(ulong inode, out DirectoryAttributes attributes) => _directories.TryGetValue(inode, out attributes);

    /// <summary>Sets the attributes that an entry gives to a directory.</summary>
    public void Set(ulong inode, uint mode, TarTime accessTime, TarTime modifiedTime, LateXattr[]? lateXattrs)
    {
        ref DirectoryAttributes attributes = ref CollectionsMarshal.GetValueRefOrAddDefault(_directories, inode, out _);
        attributes.Mode = mode;
        attributes.HasTimes = true;
        attributes.AccessTime = accessTime;
        attributes.ModifiedTime = modifiedTime;
        attributes.LateXattrs = lateXattrs;
    }

    /// <summary>Takes the attributes of a lower layer away from a directory that only its children keep.</summary>
    public void Reset(ulong inode)
    {
        ref DirectoryAttributes attributes = ref CollectionsMarshal.GetValueRefOrAddDefault(_directories, inode, out _);
        attributes.Mode = DefaultMode;
        attributes.HasTimes = false;
        attributes.LateXattrs = null;
    }
}
