namespace Oci.Image.Manifests;

/// <summary>To OCI's format, which has a place for all that Docker's has.</summary>
internal sealed class OciConversion(IContentSource source, IContentStore destination) : FormatConversion(source, destination)
{
    protected override Task<ImageManifest> ConvertAsync(Descriptor descriptor, ImageManifest manifest, CancellationToken cancellationToken) =>
        Task.FromResult((manifest.MediaType ?? descriptor.MediaType) == MediaTypes.ImageManifest ? manifest : manifest with
        {
            MediaType = MediaTypes.ImageManifest,
            Config = ToOci(manifest.Config),
            Layers = [.. manifest.Layers.Select(ToOci)],
        });

    protected override Task<ImageIndex> ConvertAsync(Descriptor descriptor, ImageIndex index, CancellationToken cancellationToken) =>
        Task.FromResult((index.MediaType ?? descriptor.MediaType) == MediaTypes.ImageIndex ? index : index with { MediaType = MediaTypes.ImageIndex });

    private static Descriptor ToOci(Descriptor descriptor) => descriptor with { MediaType = MediaTypes.ToOci(descriptor.MediaType) };
}
