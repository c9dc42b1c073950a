using Oci.Image.Archives;
using Oci.Image.Layouts;

namespace Oci.Image.Validation;

/// <summary>The files of a layout in a tar.</summary>
internal sealed class LayoutArchive(ArchiveFile file, ContentReadingRun run)
{
    private readonly LayoutValidation _layout = new(run);

    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        byte[]? header = await ReadAsync(LayoutHeader.FileName, LayoutRules.HeaderRequired, cancellationToken).ConfigureAwait(false);
        byte[]? index = await ReadAsync(LayoutPaths.IndexName, LayoutRules.IndexRequired, cancellationToken).ConfigureAwait(false);
        await _layout.CheckDocumentsAsync(header, index, cancellationToken).ConfigureAwait(false);
        // A directory needs no entry of its own in a tar, so only its files are looked at.
        foreach (string name in file.Names.Order(StringComparer.Ordinal))
        {
            string[] parts = name.Split('/');
            if (parts[0] != LayoutPaths.BlobsName)
            {
                continue;
            }
            if (parts.Length != 3)
            {
                run.Findings.Add(LayoutRules.BlobName, "$", $"{LayoutValidation.Show(parts[1..])} is no file in a directory named by a digest algorithm.");
            }
            else if (_layout.CheckName(parts[1], parts[2]) is Digest digest && !run.HasSeen(digest))
            {
                await _layout.CheckUnreferencedAsync(digest, file.Find(name)!.Value.Size, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<byte[]?> ReadAsync(string name, ValidationRule rule, CancellationToken cancellationToken)
    {
        try
        {
            return await file.ReadSmallAsync(name, cancellationToken).ConfigureAwait(false);
        }
        catch (ArchiveException e)
        {
            run.Findings.Add(rule, "$", e.Message, content: null, e);
            return null;
        }
    }
}
