using Oci.Image.Layouts;

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
        var run = new ContentReadingRun(new OciLayout(paths), findings, options, progress);
        await new LayoutValidation(paths, run).RunAsync(cancellationToken).ConfigureAwait(false);
        return findings.ToReport(paths.Root, run.VerifiedCount, run.VerifiedBytes);
    }
}
