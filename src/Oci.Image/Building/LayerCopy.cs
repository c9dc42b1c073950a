namespace Oci.Image.Building;

/// <summary>Brings layers that an image keeps into the store that the image is written to.</summary>
internal static class LayerCopy
{
    public static async Task CopyMissingAsync(IContentSource source, IEnumerable<Descriptor> layers, IContentStore store, CancellationToken cancellationToken)
    {
        if (ReferenceEquals(source, store))
        {
            return;
        }
        foreach (Descriptor layer in layers)
        {
            if (ImageBuilder.IsElsewhere(layer) || await store.ExistsAsync(layer, cancellationToken).ConfigureAwait(false))
            {
                continue;
            }
            Stream content = await source.OpenAsync(layer, cancellationToken).ConfigureAwait(false);
            await using (content.ConfigureAwait(false))
            {
                await store.AddAsync(layer, content, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
