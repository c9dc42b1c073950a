using Oci.Common.Linux;
using Oci.Image.RootFilesystems;
using Oci.Image.Tar;

namespace Oci.Image.Changes;

/// <summary>Makes layers of what changed: in a directory since a snapshot, between two directories, or in an overlay's upper directory.</summary>
/// <remarks>
/// <para>
/// A layer has what is new or changed, whiteouts for what is gone (image-spec, layer.md), and the directories on the way
/// to each with their attributes, so that it keeps them where layers are unpacked each by itself. In a directory,
/// whiteouts come first, and then names by their bytes: the same changes give the same archive. A file whose hardlinks
/// changed is written with all its names. Nothing is followed.
/// </para>
/// <para>Linux only: elsewhere each call throws <see cref="PlatformNotSupportedException"/>.</para>
/// </remarks>
/// <example>
/// <code>
/// TreeSnapshot before = await TreeSnapshot.CaptureAsync("rootfs");
/// File.WriteAllText("rootfs/etc/motd", "hello");
/// await new ChangePacker().PackAsync(before, "rootfs", layer.Tar);
/// </code>
/// </example>
/// <param name="options">
/// How to pack; <see langword="null"/> for the defaults. Copied. What <see cref="PackOptions.Exclude"/> names is taken
/// as unchanged. The root has an entry where it changed; of an upper directory only with <see cref="PackOptions.IncludeRoot"/>.
/// </param>
public sealed class ChangePacker(PackOptions? options = null)
{
    private readonly PackOptions _options = (options ?? new PackOptions()).Copy();

    /// <summary>Says what changed in a directory since a snapshot of it, and writes nothing.</summary>
    /// <inheritdoc cref="PackAsync(TreeSnapshot, string, TarWriter, CancellationToken)"/>
    public Task<IReadOnlyList<TreeChange>> ListChangesAsync(TreeSnapshot before, string directory, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(before);
        return RunAsync(directory, root => Task.FromResult(TreeDifference.ToChanges(Compare(before, Capture(root, before.HasContentDigests, cancellationToken).Snapshot), cancellationToken)), cancellationToken);
    }

    /// <summary>Writes entries for what changed in a directory since a snapshot of it. Does not end the archive.</summary>
    /// <remarks>
    /// That a file's content changed is seen by its size and time, or by its digest where the snapshot has
    /// <see cref="TreeSnapshotOptions.ContentDigests"/>; all files are then read.
    /// </remarks>
    /// <param name="before">The state before, such as that right after an unpack.</param>
    /// <param name="directory">The directory.</param>
    /// <param name="tar">Where the entries go.</param>
    /// <param name="cancellationToken">Stops the work; the archive is then torn.</param>
    /// <exception cref="TreeChangedException">A file was changed while it was packed; the archive is torn.</exception>
    /// <exception cref="OciImageException">A name starts with <c>.wh.</c>, which a layer cannot hold, or an owner cannot be mapped back.</exception>
    /// <exception cref="IOException">The directory does not exist, or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Something in it may not be read by this user.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux.</exception>
    public Task<PackResult> PackAsync(TreeSnapshot before, string directory, TarWriter tar, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(tar);
        return RunAsync(directory, root => WriteAsync(before, Capture(root, before.HasContentDigests, cancellationToken), root, tar, cancellationToken), cancellationToken);
    }

    /// <summary>Writes entries for what differs between two snapshots, with content from the directory that the later one is of.</summary>
    /// <remarks>What <see cref="TreeSnapshot.GetChangesSince"/> lists is what is written: where the directory is another by now, this throws.</remarks>
    /// <param name="before">The state before.</param>
    /// <param name="after">The state of the directory, as a capture with the same options gave it.</param>
    /// <param name="directory">The directory.</param>
    /// <param name="tar">Where the entries go.</param>
    /// <param name="cancellationToken">Stops the work; the archive is then torn.</param>
    /// <inheritdoc cref="PackAsync(TreeSnapshot, string, TarWriter, CancellationToken)" path="/exception"/>
    public Task<PackResult> PackAsync(TreeSnapshot before, TreeSnapshot after, string directory, TarWriter tar, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        ArgumentNullException.ThrowIfNull(tar);
        return RunAsync(directory, root => WriteAsync(before, new CapturedTree(after, 0, null), root, tar, cancellationToken), cancellationToken);
    }

    /// <summary>Writes entries for what makes one directory of another. Does not end the archive.</summary>
    /// <remarks>A file is taken as unchanged where its size, time and attributes are the same.</remarks>
    /// <param name="before">The directory that stands for the layers below.</param>
    /// <param name="after">The directory that the layer leads to.</param>
    /// <param name="tar">Where the entries go.</param>
    /// <param name="cancellationToken">Stops the work; the archive is then torn.</param>
    /// <inheritdoc cref="PackAsync(TreeSnapshot, string, TarWriter, CancellationToken)" path="/exception"/>
    public async Task<PackResult> PackTreesAsync(string before, string after, TarWriter tar, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(before);
        ArgumentException.ThrowIfNullOrEmpty(after);
        ArgumentNullException.ThrowIfNull(tar);
        TreeSnapshot old = await RunAsync(before, root => Task.FromResult(Capture(root, contentDigests: false, cancellationToken).Snapshot), cancellationToken).ConfigureAwait(false);
        return await PackAsync(old, after, tar, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes entries for what an upper directory of overlayfs says of its lower ones. Does not end the archive.</summary>
    /// <remarks>
    /// Whiteouts (devices 0:0, or marked empty files) and opaque directories become those of image-spec; overlayfs's own
    /// attributes are left out. The overlay should not be mounted, or be idle.
    /// </remarks>
    /// <param name="upper">The upper directory.</param>
    /// <param name="tar">Where the entries go.</param>
    /// <param name="upperOptions">How the overlay was mounted, and on what; <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Stops the work; the archive is then torn.</param>
    /// <exception cref="OciImageException">
    /// A renamed directory, a file without its content, or one with hardlinks in a lower layer (redirect_dir, metacopy,
    /// index): such an upper directory does not say by itself what changed. Or overlayfs's marks cannot be read by this process.
    /// </exception>
    /// <inheritdoc cref="PackAsync(TreeSnapshot, string, TarWriter, CancellationToken)" path="/exception[not(@cref='T:Oci.Image.OciImageException')]"/>
    public Task<PackResult> PackUpperAsync(string upper, TarWriter tar, UpperOptions? upperOptions = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tar);
        return RunUpperAsync(upper, upperOptions, (root, captured, differences) => new ChangeWriter(tar, _options, cancellationToken).WriteAsync(root, captured, differences), cancellationToken);
    }

    /// <summary>Says what an upper directory of overlayfs changes, and writes nothing.</summary>
    /// <remarks>Without <see cref="UpperOptions.Below"/> what is in it counts as added. An opaque directory is a deletion of <c>.wh..wh..opq</c> in it.</remarks>
    /// <inheritdoc cref="PackUpperAsync"/>
    public Task<IReadOnlyList<TreeChange>> ListUpperChangesAsync(string upper, UpperOptions? upperOptions = null, CancellationToken cancellationToken = default) =>
        RunUpperAsync(upper, upperOptions, (_, _, differences) => Task.FromResult(TreeDifference.ToChanges(differences, cancellationToken)), cancellationToken);

    private Task<T> RunUpperAsync<T>(string upper, UpperOptions? upperOptions, Func<RootDirectory, CapturedTree, IEnumerable<TreeDifference>, Task<T>> run, CancellationToken cancellationToken)
    {
        bool userXattr = upperOptions?.UserXattr ?? false;
        TreeSnapshot? below = upperOptions?.Below;
        return RunAsync(
            upper,
            root =>
            {
                if (!userXattr)
                {
                    TrustedXattrs.ThrowIfHidden(upper);
                }
                CapturedTree captured = new TreeCapture(TreeSnapshotOptions.From(_options, contentDigests: false), new UpperMarkReader(userXattr), cancellationToken).Capture(root.Handle);
                return run(root, captured, new UpperWalk(captured.Snapshot, below).Enumerate(_options.IncludeRoot));
            },
            cancellationToken);
    }

    private Task<PackResult> WriteAsync(TreeSnapshot before, CapturedTree after, RootDirectory root, TarWriter tar, CancellationToken cancellationToken) =>
        new ChangeWriter(tar, _options, cancellationToken).WriteAsync(root, after, Compare(before, after.Snapshot));

    private IEnumerable<TreeDifference> Compare(TreeSnapshot before, TreeSnapshot after) =>
        new TreeComparer(before, after, _options.Exclude, _options.KeepXattrs).Enumerate();

    private CapturedTree Capture(RootDirectory root, bool contentDigests, CancellationToken cancellationToken) =>
        new TreeCapture(TreeSnapshotOptions.From(_options, contentDigests), overlay: null, cancellationToken).Capture(root.Handle);

    private static Task<T> RunAsync<T>(string directory, Func<RootDirectory, Task<T>> run, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException("Changes are packed on Linux only, so far: a layer needs owners, links and modes.");
        }
        // Off the caller's thread: the system calls block.
        return Task.Run(
            async () =>
            {
                using RootDirectory root = RootDirectory.Open(directory);
                return await run(root).ConfigureAwait(false);
            },
            cancellationToken);
    }
}
