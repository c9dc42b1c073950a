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
        if (BlobFile.DescribeOther(path) is string other)
        {
            run.Findings.Add(rule, "$", $"{name} is {other}, not a file.");
            return null;
        }
        if (!File.Exists(path))
        {
            run.Findings.Add(rule, "$", $"{name} is not there.");
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
        if (BlobFile.DescribeOther(path) is string other)
        {
            run.Findings.Add(LayoutRules.BlobType, "$", $"{LayoutValidation.Show(algorithm, name)} is {other}, not a file.");
            return;
        }
        await _layout.CheckUnreferencedAsync(digest, BlobFile.Resolve(path)!.Length, cancellationToken).ConfigureAwait(false);
    }
}
