using Oci.Image.Layouts;
using Oci.Image.Manifests;

namespace Oci.Image.Validation;

/// <summary>Goes through the files of a layout.</summary>
internal sealed class LayoutValidation(LayoutPaths paths, ContentReadingRun run)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (await ReadAsync(paths.Header, LayoutHeader.FileName, LayoutRules.HeaderRequired, cancellationToken).ConfigureAwait(false) is byte[] header)
        {
            DocumentValidation.Check(header, MediaTypes.LayoutHeader, run.Findings);
        }
        if (await ReadAsync(paths.Index, LayoutIndex.FileName, LayoutRules.IndexRequired, cancellationToken).ConfigureAwait(false) is byte[] index
            && DocumentValidation.Check(index, MediaTypes.ImageIndex, run.Findings, isLayout: true))
        {
            await CheckEntriesAsync(ImageIndex.Parse(index), cancellationToken).ConfigureAwait(false);
        }
        try
        {
            await CheckBlobsAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (UnauthorizedAccessException e)
        {
            throw LayoutException.FromFileSystem("list", paths.Blobs, e);
        }
    }

    private async Task<byte[]?> ReadAsync(string path, string name, ValidationRule rule, CancellationToken cancellationToken)
    {
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

    private async Task CheckEntriesAsync(ImageIndex index, CancellationToken cancellationToken)
    {
        var tags = new HashSet<string>(StringComparer.Ordinal);
        var images = new ImageValidation(run);
        for (int i = 0; i < index.Manifests.Count; i++)
        {
            if (LayoutEntries.TagOf(index.Manifests[i]) is string tag)
            {
                string path = $"$.manifests[{i}].annotations['{AnnotationKeys.RefName}']";
                if (!TagName.IsRefName(tag))
                {
                    run.Findings.Add(LayoutRules.TagGrammar, path, $"'{(tag.Length <= 100 ? tag : tag[..100])}' is no ref name by the grammar of annotations.md.");
                }
                if (!tags.Add(tag))
                {
                    run.Findings.Add(LayoutRules.TagTwice, path, $"The tag '{(tag.Length <= 100 ? tag : tag[..100])}' stands at an entry before; which of them it means depends on the tool.");
                }
            }
            await images.VisitAsync(index.Manifests[i], cancellationToken).ConfigureAwait(false);
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
                run.Findings.Add(LayoutRules.BlobName, "$", $"blobs/{Show(algorithm)} is no directory named by a digest algorithm.");
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
        string shown = $"blobs/{Show(algorithm)}/{Show(name)}";
        if (!DigestGrammar.IsMatch($"{algorithm}:{name}"))
        {
            run.Findings.Add(LayoutRules.BlobName, "$", $"{shown} is named by no digest.");
            return;
        }
        if (!Digest.TryParse($"{algorithm}:{name}", out Digest digest) || !digest.IsComputable)
        {
            run.Findings.Add(DescriptorRules.DigestUnsupported, "$", $"{shown} is named by a digest that cannot be computed here, so it was not read.");
            return;
        }
        if (run.HasSeen(digest))
        {
            return;
        }
        FileFacts? found = RegularFile.FindTarget(path);
        if (found is not FileFacts { IsRegular: true } file)
        {
            run.Findings.Add(LayoutRules.BlobType, "$", $"{shown} is {found?.Other ?? "a symbolic link that leads nowhere"}, not a file.");
            return;
        }
        var blob = new Descriptor { MediaType = MediaTypes.OctetStream, Digest = digest, Size = file.Size };
        run.Findings.Add(LayoutRules.BlobUnreferenced, "$", "Nothing that index.json lists refers to it. A garbage collection removes it.", blob);
        await run.ReadBlobAsync(blob, cancellationToken, LayoutRules.BlobContent).ConfigureAwait(false);
    }

    private static string Show(string name) => Oci.Common.Linux.PathText.Describe(System.Text.Encoding.UTF8.GetBytes(name));
}
