using System.Text;
using Oci.Common.Linux;
using Oci.Image.Layouts;
using Oci.Image.Manifests;

namespace Oci.Image.Validation;

/// <summary>Checks what a layout has, be it a directory or an archive.</summary>
internal sealed class LayoutValidation(ContentReadingRun run)
{
    /// <summary>Checks the two documents, and every image that <c>index.json</c> lists. What is null is not there, and was told.</summary>
    public async Task CheckDocumentsAsync(byte[]? header, byte[]? index, CancellationToken cancellationToken)
    {
        if (header is not null)
        {
            DocumentValidation.Check(header, MediaTypes.LayoutHeader, run.Findings);
        }
        if (index is not null && DocumentValidation.Check(index, MediaTypes.ImageIndex, run.Findings, isLayout: true))
        {
            await CheckEntriesAsync(ImageIndex.Parse(index), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The digest that a file below <c>blobs</c> is named by; <see langword="null"/>, and a finding, where there is nothing to go on with.</summary>
    public Digest? CheckName(string algorithm, string name)
    {
        string shown = Show(algorithm, name);
        if (!DigestGrammar.IsMatch($"{algorithm}:{name}"))
        {
            run.Findings.Add(LayoutRules.BlobName, "$", $"{shown} is named by no digest.");
            return null;
        }
        if (!Digest.TryParse($"{algorithm}:{name}", out Digest digest) || !digest.IsComputable)
        {
            run.Findings.Add(DescriptorRules.DigestUnsupported, "$", $"{shown} is named by a digest that cannot be computed here, so it was not read.");
            return null;
        }
        return digest;
    }

    /// <summary>Reads a blob that no image led to.</summary>
    public async Task CheckUnreferencedAsync(Digest digest, long size, CancellationToken cancellationToken)
    {
        var blob = new Descriptor { MediaType = MediaTypes.OctetStream, Digest = digest, Size = size };
        run.Findings.Add(LayoutRules.BlobUnreferenced, "$", "Nothing that index.json lists refers to it. A garbage collection removes it.", blob);
        await run.ReadBlobAsync(blob, cancellationToken, LayoutRules.BlobContent).ConfigureAwait(false);
    }

    /// <summary>A path below <c>blobs</c>, for a message.</summary>
    public static string Show(params ReadOnlySpan<string> names)
    {
        var path = new StringBuilder(LayoutPaths.BlobsName);
        foreach (string name in names)
        {
            path.Append('/').Append(PathText.Describe(Encoding.UTF8.GetBytes(name)));
        }
        return path.ToString();
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
                string shown = tag.Length <= 100 ? tag : tag[..100];
                if (!TagName.IsRefName(tag))
                {
                    run.Findings.Add(LayoutRules.TagGrammar, path, $"'{shown}' is no ref name by the grammar of annotations.md.");
                }
                if (!tags.Add(tag))
                {
                    run.Findings.Add(LayoutRules.TagTwice, path, $"The tag '{shown}' stands at an entry before; which of them it means depends on the tool.");
                }
            }
            await images.VisitAsync(index.Manifests[i], cancellationToken).ConfigureAwait(false);
        }
    }
}
