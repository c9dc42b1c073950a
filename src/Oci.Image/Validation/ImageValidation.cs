using Oci.Image.Configuration;
using Oci.Image.Manifests;

namespace Oci.Image.Validation;

/// <summary>Goes through a graph of manifests and checks what documents and layers say of one another.</summary>
internal sealed class ImageValidation(ContentReadingRun run)
{
    private readonly LayerValidation _layers = new(run);
    private readonly Dictionary<Digest, Platform> _platforms = [];
    private int _manifests;

    public Task VisitAsync(Descriptor root, CancellationToken cancellationToken) => VisitAsync(root, depth: 0, cancellationToken);

    private async Task VisitAsync(Descriptor descriptor, int depth, CancellationToken cancellationToken)
    {
        bool isIndex = MediaTypes.IsIndex(descriptor.MediaType);
        if (!isIndex && !MediaTypes.IsManifest(descriptor.MediaType))
        {
            await run.ReadBlobAsync(descriptor, cancellationToken).ConfigureAwait(false);
            return;
        }
        if (depth > ManifestGraph.MaxDepth || ++_manifests > ManifestGraph.MaxManifests)
        {
            run.Findings.Add(ContentRules.TooDeep, "$", $"It is nested more than {ManifestGraph.MaxDepth} indexes deep, or comes after {ManifestGraph.MaxManifests} others, and was not read.", descriptor);
            return;
        }
        byte[]? content = await run.ReadDocumentAsync(descriptor, default, cancellationToken).ConfigureAwait(false);
        if (content is not null && DocumentValidation.Check(content, descriptor.MediaType, run.Findings, descriptor))
        {
            if (isIndex)
            {
                foreach (Descriptor child in ImageIndex.Parse(content).Manifests)
                {
                    await VisitAsync(child, depth + 1, cancellationToken).ConfigureAwait(false);
                }
                return;
            }
            await VisitManifestAsync(descriptor, ImageManifest.Parse(content), cancellationToken).ConfigureAwait(false);
        }
        // For each entry that lists the manifest, though it is read once.
        if (descriptor.Platform is { Os: not "unknown" } said && _platforms.TryGetValue(descriptor.Digest, out Platform? platform) && !IsSame(said, platform))
        {
            run.Findings.Add(ContentRules.PlatformMismatch, "$", $"The index lists the image for {said}, and its config is for {platform}.", descriptor);
        }
    }

    private async Task VisitManifestAsync(Descriptor descriptor, ImageManifest manifest, CancellationToken cancellationToken)
    {
        if (!MediaTypes.IsConfig(manifest.Config.MediaType))
        {
            foreach (Descriptor blob in manifest.Layers.Prepend(manifest.Config))
            {
                await run.ReadBlobAsync(blob, cancellationToken).ConfigureAwait(false);
            }
            return;
        }
        // Once for each image that has it, since its DiffIDs must fit that image's layers.
        ImageConfig? config = null;
        byte[]? content = await run.ReadDocumentAsync(manifest.Config, descriptor.Digest, cancellationToken).ConfigureAwait(false);
        if (content is not null && DocumentValidation.Check(content, manifest.Config.MediaType, run.Findings, manifest.Config))
        {
            config = ImageConfig.Parse(content);
            _platforms[descriptor.Digest] = config.Platform;
            CheckConfig(manifest, config);
        }
        IReadOnlyList<Digest> diffIds = config?.RootFs.DiffIds ?? [];
        for (int i = 0; i < manifest.Layers.Count; i++)
        {
            Digest? diffId = diffIds.Count == manifest.Layers.Count ? diffIds[i] : null;
            await _layers.CheckAsync(manifest.Layers[i], diffId, cancellationToken).ConfigureAwait(false);
        }
    }

    private void CheckConfig(ImageManifest manifest, ImageConfig config)
    {
        int layers = manifest.Layers.Count;
        if (config.RootFs.DiffIds.Count != layers)
        {
            run.Findings.Add(ContentRules.LayerCount, "$.rootfs.diff_ids", $"It has {config.RootFs.DiffIds.Count} DiffIDs, and the manifest has {layers} layers: the two do not belong together.", manifest.Config);
        }
        if (config.History is { Count: > 0 } history && history.Count(entry => entry.EmptyLayer != true) is int entries && entries != layers)
        {
            run.Findings.Add(ContentRules.HistoryCount, "$.history", $"It has {entries} entries that are not marked as empty, and the manifest has {layers} layers.", manifest.Config);
        }
    }

    // An index may say more than the config does, and both may leave the variant to its default.
    private static bool IsSame(Platform said, Platform config) =>
        PlatformMatcher.IsSameMachine(said, config) && (said.OsVersion is null || config.OsVersion is null || said.OsVersion == config.OsVersion);
}
