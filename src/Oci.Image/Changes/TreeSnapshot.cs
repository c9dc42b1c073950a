using Oci.Common.Linux;
using Oci.Image.Layers;

namespace Oci.Image.Changes;

/// <summary>The state of a tree without its content: names, types, attributes, links, and digests where asked for. Immutable.</summary>
/// <remarks>
/// <para>
/// Taken of a directory, or made of an image's layers in one pass over them, and saved and read again. Two of them
/// say what changed: <see cref="GetChangesSince"/>; and <see cref="ChangePacker"/> makes that a layer.
/// </para>
/// <para>About 200 bytes of memory an entry.</para>
/// </remarks>
public sealed class TreeSnapshot
{
    /// <summary>How deep directories may lie in each other.</summary>
    internal const int MaxDepth = 1000;

    internal TreeSnapshot(TreeNode root, bool hasContentDigests)
    {
        Root = root;
        HasContentDigests = hasContentDigests;
        foreach (TreeStep step in TreeWalk.Enumerate(root))
        {
            step.Node.NameCount++;
            EntryCount++;
        }
    }

    internal TreeNode Root { get; }

    /// <summary>How many names the tree has, the root included.</summary>
    public long EntryCount { get; }

    /// <summary>Whether the digests of files are held.</summary>
    public bool HasContentDigests { get; }

    /// <summary>Takes the state of a directory. Nothing is followed.</summary>
    /// <remarks>
    /// Sockets are left out: no layer can hold them. Where an ordinary user has files that their mode keeps it from
    /// reading, such as an unpacked /etc/shadow, it gets the right to for as long as each takes.
    /// </remarks>
    /// <param name="directory">The directory.</param>
    /// <param name="options">What to hold, and limits; <see langword="null"/> for the defaults. Copied.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="IOException">The directory does not exist, or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Something in it may not be read by this user.</exception>
    /// <exception cref="TreeChangedException">A file was replaced while it was looked at.</exception>
    /// <exception cref="OciImageException">A limit is met, or an owner cannot be mapped back.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux.</exception>
    public static Task<TreeSnapshot> CaptureAsync(string directory, TreeSnapshotOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException("Snapshots of directories are taken on Linux only, so far: they are of owners, links and modes.");
        }
        options = (options ?? TreeSnapshotOptions.Default).Copy();
        return Task.Run(
            () =>
            {
                using RootDirectory root = RootDirectory.Open(directory);
                return new TreeCapture(options, overlay: null, cancellationToken).Capture(root.Handle).Snapshot;
            },
            cancellationToken);
    }

    /// <summary>Makes the state that an unpack of an image as root has, by reading its layers once and writing nothing.</summary>
    /// <remarks>
    /// Directories that no entry describes have mode 0755, owner 0:0 and no time. What an unpack with less rights does
    /// otherwise (files for devices, owners and attributes left out) is not in it: where that was unpacked, take the
    /// state of the directory right after.
    /// </remarks>
    /// <param name="image">The image; its layers are read from its source, and verified.</param>
    /// <param name="options">What to hold, and limits; <see langword="null"/> for the defaults. Copied.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="RootFilesystems.UnpackException">An entry is refused, as an unpack would refuse it.</exception>
    /// <exception cref="Tar.TarFormatException">A layer is no tar archive, or a truncated one.</exception>
    /// <exception cref="ContentMismatchException">A layer is not what its descriptor or DiffID says.</exception>
    public static async Task<TreeSnapshot> FromImageAsync(OciImage image, TreeSnapshotOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        options = (options ?? TreeSnapshotOptions.Default).Copy();
        var tree = new ImageTree(options);
        for (int i = 0; i < image.Layers.Count; i++)
        {
            ImageLayer layer = image.Layers[i];
            int index = i;
            Stream blob = await image.Source.OpenAsync(layer.Descriptor, cancellationToken).ConfigureAwait(false);
            await LayerPass.RunAsync(blob, layer.Descriptor, layer.DiffId, options.Layers, tar => tree.ApplyAsync(tar, layer, index, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        return new TreeSnapshot(tree.Root, options.ContentDigests);
    }

    /// <summary>Reads what <see cref="WriteAsync"/> wrote. It is read to its end, and checked against the digest there.</summary>
    /// <param name="stream">The saved state, from where it stands to its end. It stays open.</param>
    /// <param name="options">Limits; <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="InvalidDataException">It is none, a damaged or a truncated one, or of a later version.</exception>
    /// <exception cref="OciImageException">A limit is met.</exception>
    public static Task<TreeSnapshot> ReadAsync(Stream stream, TreeSnapshotOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return new SnapshotReader(stream, (options ?? TreeSnapshotOptions.Default).Copy()).ReadAsync(cancellationToken);
    }

    /// <summary>Saves this, about 60 bytes an entry. The same tree gives the same bytes.</summary>
    /// <param name="stream">Where to. It stays open.</param>
    /// <param name="cancellationToken">Ends the work; what was written is then of no use.</param>
    public Task WriteAsync(Stream stream, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return new SnapshotWriter(stream).WriteAsync(this, cancellationToken);
    }

    /// <summary>Lists the tree: a directory before what is in it, names by their bytes, the root first.</summary>
    public IEnumerable<TreeEntry> ListEntries()
    {
        byte[][] trail = new byte[MaxDepth + 2][];
        foreach (TreeStep step in TreeWalk.Enumerate(Root))
        {
            byte[] path = step.Depth <= 1 ? step.Name : [.. trail[step.Depth - 1], (byte)'/', .. step.Name];
            if (step.Node.IsDirectory)
            {
                trail[step.Depth] = path;
            }
            yield return new TreeEntry(path, step.Node);
        }
    }

    /// <summary>What differs in this tree from an earlier one, in the order of a layer: directories first, in each what was deleted first.</summary>
    /// <remarks>
    /// Compared are type, mode, owner, size, time, link targets, extended attributes and hardlinks; the digests of
    /// files where both trees hold them. A directory in which names come or go has another time, and so is one of the changes.
    /// </remarks>
    /// <param name="before">The earlier tree.</param>
    public IReadOnlyList<TreeChange> GetChangesSince(TreeSnapshot before)
    {
        ArgumentNullException.ThrowIfNull(before);
        return TreeDifference.ToChanges(new TreeComparer(before, this, exclude: null, withXattrs: true).Enumerate(), CancellationToken.None);
    }
}
