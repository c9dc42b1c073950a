using Oci.Common.Linux;
using Oci.Image.PortableFilesystems;
using Oci.Image.Tar;

namespace Oci.Image.RootFilesystems;

/// <summary>Packs a directory into a tar archive: the layer that makes it.</summary>
/// <remarks>
/// <para>
/// Entries come in the order of their names' bytes, a directory before what is in it, so that the same tree gives the
/// same archive everywhere (with <see cref="PackOptions.LatestTime"/> and <see cref="PackOptions.Owner"/> also from
/// fresh copies). Symbolic links are packed, never followed. Names of files with more than one hard link are packed as
/// links after the first. Sockets are left out.
/// </para>
/// <para>
/// On Windows and macOS entries have the owner 0:0 where <see cref="PackOptions.Owner"/> says nothing, no extended attributes,
/// and hardlinks are files of their own; on Windows all modes are 0755, as image builders there write them.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// await using var layer = new LayerWriter(blob);
/// await new DirectoryPacker().PackAsync("rootfs", layer.Tar, cancellationToken);
/// LayerDigests digests = await layer.CompleteAsync(cancellationToken);
/// </code>
/// </example>
/// <param name="options">How to pack; <see langword="null"/> for the defaults. Copied.</param>
public sealed class DirectoryPacker(PackOptions? options = null)
{
    private readonly PackOptions _options = (options ?? new PackOptions()).Copy();

    /// <summary>Writes entries for all that is in a directory. Does not end the archive.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="tar">Where the entries go.</param>
    /// <param name="cancellationToken">Stops the work; the archive is then torn.</param>
    /// <exception cref="OciImageException">A file's name starts with <c>.wh.</c>, which a layer cannot hold.</exception>
    /// <exception cref="IOException">The directory does not exist, or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Something in it may not be read by this user.</exception>
    /// <exception cref="InvalidDataException">A file was changed while it was packed.</exception>
    public Task<PackResult> PackAsync(string directory, TarWriter tar, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        ArgumentNullException.ThrowIfNull(tar);
        if (!OperatingSystem.IsLinux() || _options.PortableNames is not null)
        {
            PortableNames names = _options.PortableNames ?? new PortableNames(reserved: OperatingSystem.IsWindows(), ignoreCase: false);
            return Task.Run(() => new PortablePacker(tar, _options, names, cancellationToken).PackAsync(directory), cancellationToken);
        }
        return Task.Run(
            async () =>
            {
                using RootDirectory root = RootDirectory.Open(directory);
                return await new TreePacker(tar, _options, cancellationToken).PackAsync(root.Handle).ConfigureAwait(false);
            },
            cancellationToken);
    }
}
