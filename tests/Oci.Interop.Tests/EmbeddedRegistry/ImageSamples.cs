using System.Security.Cryptography;
using Oci.Image;
using Oci.Image.Manifests;

namespace Oci.Interop.Tests.EmbeddedRegistry;

/// <summary>Small images and artifacts, put into a store piece by piece.</summary>
internal static class ImageSamples
{
    public static async Task<Descriptor> AddBlobAsync(IContentStore store, MediaType mediaType, byte[] content)
    {
        Descriptor descriptor = Descriptor.Create(mediaType, content);
        await store.AddAsync(descriptor, new MemoryStream(content));
        return descriptor;
    }

    public static async Task<Descriptor> AddImageAsync(IContentStore store, Descriptor? subject = null, string? artifactType = null)
    {
        byte[] manifest = new ImageManifest
        {
            MediaType = MediaTypes.ImageManifest,
            ArtifactType = artifactType,
            Config = await AddBlobAsync(store, MediaTypes.ImageConfig, """{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}"""u8.ToArray()),
            Layers =
            [
                await AddBlobAsync(store, MediaTypes.Layer, RandomNumberGenerator.GetBytes(1_500_000)),
                await AddBlobAsync(store, MediaTypes.Layer, RandomNumberGenerator.GetBytes(100)),
            ],
            Subject = subject,
        }.ToUtf8Bytes();
        Descriptor descriptor = Descriptor.Create(MediaTypes.ImageManifest, manifest);
        await store.AddAsync(descriptor, new MemoryStream(manifest));
        return descriptor;
    }

    public static async Task<Descriptor> AddIndexAsync(IContentStore store, params Descriptor[] manifests)
    {
        byte[] index = new ImageIndex { MediaType = MediaTypes.ImageIndex, Manifests = manifests }.ToUtf8Bytes();
        Descriptor descriptor = Descriptor.Create(MediaTypes.ImageIndex, index);
        await store.AddAsync(descriptor, new MemoryStream(index));
        return descriptor;
    }
}
