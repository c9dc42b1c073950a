using Oci.Image.Layouts;

namespace Oci.Image.Validation;

/// <summary>The files of a layout in a directory.</summary>
internal sealed class LayoutDirectory(LayoutPaths paths, ContentReadingRun run)
{
    private readonly LayoutValidation _layout = new(run);

    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        byte[]? header = await ReadAsync(paths.Header, LayoutRules.HeaderRequired, cancellationToken).ConfigureAwait(false);
        byte[]? index = await ReadAsync(paths.Index, LayoutRules.IndexRequired, cancellationToken).ConfigureAwait(false);
        await _layout.CheckDocumentsAsync(header, index, cancellationToken).ConfigureAwait(false);
        try
        {
            await CheckBlobsAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (UnauthorizedAccessException e)
        {
            throw LayoutException.FromFileSystem("list", paths.Blobs, e);
        }
    }

    private async Task<byte[]?> ReadAsync(string path, ValidationRule rule, CancellationToken cancellationToken)
    {
        string name = Path.GetFileName(path);
        FileFacts? file = RegularFile.FindTarget(path);
        if (file is not { IsRegular: true })
        {
            run.Findings.Add(rule, "$", file is FileFacts other ? $"{name} is {other.Other}, not a file." : $"{name} is not there.");
            return null;
        }
        try
        {
            return await LayoutFiles.ReadSmallAsync(path, name, cancellationToken).ConfigureAwait(false);
        }
        catch (OciImageException e)
        {
            run.Findings.Add(rule, "$", e.Message, content: null, e);
            return null;
        }
    }

    private async Task CheckBlobsAsync(CancellationToken cancellationToken)
    {
        if (!Directory.Exists(paths.Blobs))
        {
            run.Findings.Add(LayoutRules.BlobsRequired, "$", "The directory blobs is not there.");
            return;
        }
        foreach (string entry in Directory.EnumerateFileSystemEntries(paths.Blobs).Order(StringComparer.Ordinal))
        {
            string algorithm = Path.GetFileName(entry);
            if (!Directory.Exists(entry) || !DigestGrammar.IsAlgorithm(algorithm))
            {
                run.Findings.Add(LayoutRules.BlobName, "$", $"{LayoutValidation.Show(algorithm)} is no directory named by a digest algorithm.");
                continue;
            }
            foreach (string file in Directory.EnumerateFileSystemEntries(entry).Order(StringComparer.Ordinal))
            {
                await CheckBlobAsync(algorithm, file, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task CheckBlobAsync(string algorithm, string path, CancellationToken cancellationToken)
    {
        string name = Path.GetFileName(path);
        if (_layout.CheckName(algorithm, name) is not Digest digest || run.HasSeen(digest))
        {
            return;
        }
        FileFacts? found = RegularFile.FindTarget(path);
        if (found is not FileFacts { IsRegular: true } file)
        {
            run.Findings.Add(LayoutRules.BlobType, "$", $"{LayoutValidation.Show(algorithm, name)} is {found?.Other ?? "a symbolic link that leads nowhere"}, not a file.");
            return;
        }
        await _layout.CheckUnreferencedAsync(digest, file.Size, cancellationToken).ConfigureAwait(false);
    }
}
