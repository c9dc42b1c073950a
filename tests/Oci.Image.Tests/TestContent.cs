using System.Text;
using Oci.Image.Configuration;
using Oci.Image.Manifests;

namespace Oci.Image.Tests;

/// <summary>Small content that tests put into stores.</summary>
internal static class TestContent
{
    public static async Task<Descriptor> AddAsync(IContentStore store, MediaType mediaType, byte[] content)
    {
        Descriptor descriptor = Descriptor.Create(mediaType, content);
        await store.AddAsync(descriptor, new MemoryStream(content));
        return descriptor;
    }

    public static Task<Descriptor> AddBlobAsync(IContentStore store, string text) =>
        AddAsync(store, MediaTypes.OctetStream, Encoding.UTF8.GetBytes(text));

    /// <summary>A manifest with a config and one layer that is no real tar.</summary>
    public static async Task<Descriptor> AddImageAsync(IContentStore store, string name, Platform? platform = null, Descriptor? subject = null, string? artifactType = null)
    {
        byte[] layer = Encoding.UTF8.GetBytes($"layer of {name}");
        platform ??= new Platform { Os = "linux", Architecture = "amd64" };
        var config = new ImageConfig
        {
            Os = platform.Os,
            Architecture = platform.Architecture,
            Variant = platform.Variant,
            Author = name,
            RootFs = new RootFs { DiffIds = [Digest.Compute(layer)] },
        };
        var manifest = new ImageManifest
        {
            MediaType = MediaTypes.ImageManifest,
            ArtifactType = artifactType,
            Config = await AddAsync(store, MediaTypes.ImageConfig, config.ToUtf8Bytes()),
            Layers = [await AddAsync(store, MediaTypes.Layer, layer)],
            Subject = subject,
        };
        return await AddAsync(store, MediaTypes.ImageManifest, manifest.ToUtf8Bytes());
    }

    public static Task<Descriptor> AddIndexAsync(IContentStore store, params IReadOnlyList<Descriptor> manifests) =>
        AddAsync(store, MediaTypes.ImageIndex, new ImageIndex { MediaType = MediaTypes.ImageIndex, Manifests = manifests }.ToUtf8Bytes());

    public static async Task<List<T>> ToListAsync<T>(IAsyncEnumerable<T> items)
    {
        var list = new List<T>();
        await foreach (T item in items)
        {
            list.Add(item);
        }
        return list;
    }
}
