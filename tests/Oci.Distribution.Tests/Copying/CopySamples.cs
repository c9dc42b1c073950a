using System.Text;
using Oci.Image;
using Oci.Image.Manifests;

namespace Oci.Distribution.Tests.Copying;

/// <summary>Small images to copy.</summary>
internal static class CopySamples
{
    public static readonly Platform Amd64 = new() { Os = "linux", Architecture = "amd64" };
    public static readonly Platform Arm64 = new() { Os = "linux", Architecture = "arm64" };

    /// <summary>An index of two images, each of a config, a layer of its own and one that both have; tagged <c>v1</c>.</summary>
    public static async Task<Descriptor> AddIndexAsync(IContentStore store, params IEnumerable<Descriptor> more)
    {
        Descriptor amd64 = await AddManifestAsync(store, "amd64", "layer of amd64") with { Platform = Amd64 };
        Descriptor arm64 = await AddManifestAsync(store, "arm64", "layer of arm64") with { Platform = Arm64 };
        Descriptor index = await AddIndexOfAsync(store, [amd64, arm64, .. more]);
        await store.TagAsync(index, "v1");
        return index;
    }

    public static Task<Descriptor> AddIndexOfAsync(IContentStore store, IReadOnlyList<Descriptor> manifests, Descriptor? subject = null) =>
        store.AddAsync(MediaTypes.ImageIndex, new ImageIndex { MediaType = MediaTypes.ImageIndex, Manifests = manifests, Subject = subject }.ToUtf8Bytes());

    public static async Task<Descriptor> AddManifestAsync(IContentStore store, string config, string layer, Descriptor? subject = null, string? artifactType = null)
    {
        var manifest = new ImageManifest
        {
            MediaType = MediaTypes.ImageManifest,
            ArtifactType = artifactType,
            Config = await AddBlobAsync(store, MediaTypes.ImageConfig, config),
            Layers = [await AddBlobAsync(store, MediaTypes.Layer, layer), await AddBlobAsync(store, MediaTypes.Layer, "shared")],
            Subject = subject,
        };
        return await store.AddAsync(MediaTypes.ImageManifest, manifest.ToUtf8Bytes());
    }

    public static Task<Descriptor> AddBlobAsync(IContentStore store, MediaType type, string text) => store.AddAsync(type, Encoding.UTF8.GetBytes(text));

    /// <summary>Whether a store has all that a manifest or index points to, and what that points to.</summary>
    public static async Task<bool> IsWholeAsync(IContentSource store, Descriptor root)
    {
        if (!await store.ExistsAsync(root))
        {
            return false;
        }
        IEnumerable<Descriptor> children = MediaTypes.IsIndex(root.MediaType) ? (await store.ReadIndexAsync(root)).Manifests
            : MediaTypes.IsManifest(root.MediaType) ? await GetBlobsAsync(store, root)
            : [];
        foreach (Descriptor child in children)
        {
            if (!await IsWholeAsync(store, child))
            {
                return false;
            }
        }
        return true;
    }

    private static async Task<IReadOnlyList<Descriptor>> GetBlobsAsync(IContentSource store, Descriptor manifest)
    {
        ImageManifest parsed = await store.ReadManifestAsync(manifest);
        return [parsed.Config, .. parsed.Layers];
    }
}
