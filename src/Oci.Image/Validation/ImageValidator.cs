namespace Oci.Image.Validation;

/// <summary>Checks documents, and whole images with all that they point to, against image-spec.</summary>
public static class ImageValidator
{
    private const int MaxDocumentFindings = 1000;

    /// <summary>Reads a manifest or index and all below it: documents, sizes, digests, DiffIDs, compression and the entries of layers.</summary>
    /// <remarks>What is wrong with the content is found, not thrown: see <see cref="ValidationReport.EnsureValid"/>. Content is streamed; a layer is read once.</remarks>
    /// <param name="source">Where the content is.</param>
    /// <param name="root">A manifest or index; other content is read by itself.</param>
    /// <param name="options">Limits; <see langword="null"/> for the defaults. Copied.</param>
    /// <param name="progress">Told about every MiB or so, and at the end of each piece of content.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="IOException">The source fails in a way that says nothing about the content.</exception>
    public static async Task<ValidationReport> ValidateAsync(
        IContentSource source,
        Descriptor root,
        ValidationOptions? options = null,
        IProgress<ValidationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(root);
        options = (options ?? ValidationOptions.Default).Copy();
        var findings = new FindingList(options.MaxFindings);
        var reading = new ContentReadingRun(source, findings, options, progress);
        await new ImageValidation(reading).VisitAsync(root, cancellationToken).ConfigureAwait(false);
        return findings.ToReport(root.Digest.ToString(), reading.VerifiedCount, reading.VerifiedBytes);
    }

    /// <summary>Checks one document by itself, without anything that it points to.</summary>
    /// <param name="utf8">Its bytes.</param>
    /// <param name="mediaType">What it is: an image manifest, index or config, OCI's or Docker's, a descriptor, or the header of a layout. Of others, only that they are JSON objects is checked.</param>
    /// <returns>What is wrong or worth knowing; empty for a document that is as it should be.</returns>
    public static IReadOnlyList<ValidationFinding> ValidateDocument(ReadOnlyMemory<byte> utf8, MediaType mediaType)
    {
        var findings = new FindingList(MaxDocumentFindings);
        DocumentValidation.Check(utf8, mediaType, findings);
        return findings.Items;
    }
}
