using Oci.Image.Manifests;

namespace Oci.Image.Building;

/// <summary>Changes all images of an index at once, or the one image that there is.</summary>
/// <example>
/// <code>
/// Descriptor edited = await ImageEditor.EditAsync(store, root, async (image, token) =>
/// {
///     var builder = ImageBuilder.Edit(image);
///     builder.Config = builder.Config.WithLabel("team", "web");
///     return await builder.BuildAsync(store, token);
/// });
/// </code>
/// </example>
public static class ImageEditor
{
    // BuildKit's attestations name the image of the same index that they speak of.
    private const string AttestedDigest = "vnd.docker.reference.digest";

    /// <summary>Calls a method for each image below a manifest or index, nested ones too, and writes the indexes anew that list what changed.</summary>
    /// <remarks>
    /// Entries keep their annotations; their platform becomes the new image's. Artifacts stay as they are, but
    /// BuildKit's attestations of an image that changed are left out: what they say is of the image before.
    /// </remarks>
    /// <param name="store">Where all is read and written.</param>
    /// <param name="root">The manifest or index.</param>
    /// <param name="edit">Changes an image, and returns the descriptor of the new manifest; or the image's own, for no change.</param>
    /// <param name="cancellationToken">Ends the work. Images that were written so far stay in the store.</param>
    /// <returns>The descriptor of the new manifest or index; <paramref name="root"/> where nothing changed.</returns>
    /// <exception cref="OciImageException">Indexes nest too deep, or the root is neither manifest nor index.</exception>
    public static Task<Descriptor> EditAsync(IContentStore store, Descriptor root, Func<OciImage, CancellationToken, Task<Descriptor>> edit, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(edit);
        return EditAsync(store, root, edit, depth: 0, cancellationToken);
    }

    private static async Task<Descriptor> EditAsync(IContentStore store, Descriptor root, Func<OciImage, CancellationToken, Task<Descriptor>> edit, int depth, CancellationToken cancellationToken)
    {
        if (!MediaTypes.IsIndex(root.MediaType))
        {
            OciImage image = await OciImage.OpenAsync(store, root, platform: null, cancellationToken).ConfigureAwait(false);
            return await edit(image, cancellationToken).ConfigureAwait(false);
        }
        if (depth == ManifestGraph.MaxDepth)
        {
            throw new OciImageException($"The indexes nest more than {ManifestGraph.MaxDepth} deep, at {root.Digest}. Nothing sane does; check where they come from.");
        }
        ImageIndex index = await store.ReadIndexAsync(root, cancellationToken).ConfigureAwait(false);
        var entries = new List<Descriptor>();
        var changed = new HashSet<string>();
        foreach (Descriptor entry in index.Manifests)
        {
            Descriptor result = await IsImageOrIndexAsync(store, entry, cancellationToken).ConfigureAwait(false)
                ? await EditAsync(store, entry, edit, depth + 1, cancellationToken).ConfigureAwait(false)
                : entry;
            if (result.Digest != entry.Digest)
            {
                changed.Add(entry.Digest.ToString());
                result = entry with { MediaType = result.MediaType, Digest = result.Digest, Size = result.Size, Data = null, Platform = entry.Platform is null ? null : result.Platform ?? entry.Platform };
            }
            entries.Add(result);
        }
        if (changed.Count == 0)
        {
            return root;
        }
        entries.RemoveAll(entry => entry.Annotations?.GetValueOrDefault(AttestedDigest) is string attested && changed.Contains(attested));
        // A list of Docker's cannot hold an image that has become one of OCI's.
        bool isDocker = root.MediaType == MediaTypes.DockerManifestList && entries.TrueForAll(entry => entry.MediaType == MediaTypes.DockerManifest);
        var builder = new ImageIndexBuilder(index with { Manifests = entries }) { Format = isDocker ? ImageFormat.Docker : ImageFormat.Oci };
        return await builder.BuildAsync(store, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<bool> IsImageOrIndexAsync(IContentStore store, Descriptor entry, CancellationToken cancellationToken)
    {
        if (MediaTypes.IsIndex(entry.MediaType))
        {
            return true;
        }
        if (!MediaTypes.IsManifest(entry.MediaType) || entry.Platform is { Os: "unknown" })
        {
            return false;
        }
        ImageManifest manifest = await store.ReadManifestAsync(entry, cancellationToken).ConfigureAwait(false);
        return MediaTypes.IsConfig(manifest.Config.MediaType) && manifest.ArtifactType is null;
    }
}
