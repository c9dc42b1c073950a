using Oci.Image.Archives;
using Oci.Image.Layouts;
using Oci.Image.Tar;

namespace Oci.Image.Validation;

/// <summary>Checks whole OCI layouts against image-spec.</summary>
public static class LayoutValidator
{
    /// <summary>Reads a layout: its files, every image that <c>index.json</c> lists, and every other blob.</summary>
    /// <remarks>
    /// Nothing in the directory is trusted, changed or locked; damage is found, not thrown. A layout that is written to at
    /// the same time may seem to lack what comes later.
    /// </remarks>
    /// <param name="directory">The layout's directory.</param>
    /// <param name="options">Limits; <see langword="null"/> for the defaults. Copied.</param>
    /// <param name="progress">Told about every MiB or so, and at the end of each blob.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="LayoutException">There is no such directory, or it cannot be listed.</exception>
    public static async Task<ValidationReport> ValidateAsync(
        string directory,
        ValidationOptions? options = null,
        IProgress<ValidationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        var paths = new LayoutPaths(Path.GetFullPath(directory));
        if (!Directory.Exists(paths.Root))
        {
            throw new LayoutException($"{paths.Root} is not a directory. Check the path.", paths.Root);
        }
        options = (options ?? ValidationOptions.Default).Copy();
        var findings = new FindingList(options.MaxFindings);
        var run = new ContentReadingRun(OciLayout.At(paths), findings, options, progress);
        await new LayoutDirectory(paths, run).CheckAsync(cancellationToken).ConfigureAwait(false);
        return findings.ToReport(paths.Root, run.VerifiedCount, run.VerifiedBytes);
    }

    /// <summary>Reads a layout in a tar, as <see cref="ValidateAsync"/> reads one in a directory.</summary>
    /// <param name="path">The file, plain or gzip; or a named pipe.</param>
    /// <param name="options">Limits; <see langword="null"/> for the defaults. Copied.</param>
    /// <param name="archiveOptions">Limits of the archive; <see langword="null"/> for the defaults. Copied.</param>
    /// <param name="progress">Told about every MiB or so, and at the end of each blob.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="ArchiveException">The file cannot be opened.</exception>
    public static async Task<ValidationReport> ValidateArchiveAsync(
        string path,
        ValidationOptions? options = null,
        ArchiveOptions? archiveOptions = null,
        IProgress<ValidationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options = (options ?? ValidationOptions.Default).Copy();
        var findings = new FindingList(options.MaxFindings);
        ArchiveFile file;
        try
        {
            file = await ArchiveFile.OpenAsync(path, archiveOptions, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TarFormatException or ArchiveException { InnerException: not (IOException or UnauthorizedAccessException) })
        {
            findings.Add(LayoutRules.ArchiveTar, "$", e.Message, content: null, e);
            return findings.ToReport(Path.GetFullPath(path), verifiedCount: 0, verifiedBytes: 0);
        }
        await using (file.ConfigureAwait(false))
        {
            var run = new ContentReadingRun(OciArchive.At(file), findings, options, progress);
            await new LayoutArchive(file, run).CheckAsync(cancellationToken).ConfigureAwait(false);
            return findings.ToReport(file.Path, run.VerifiedCount, run.VerifiedBytes);
        }
    }
}
