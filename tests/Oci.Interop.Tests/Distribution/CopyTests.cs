using System.Security.Cryptography;
using System.Text.Json;
using Oci.Distribution;
using Oci.Distribution.Copying;
using Oci.Image;
using Oci.Image.Layouts;
using Oci.Image.Manifests;

namespace Oci.Interop.Tests.Distribution;

public sealed class CopyTests
{
    [Fact]
    public async Task Copy_FromLayoutToRegistryAndBack_IsReadBySkopeo()
    {
        string skopeo = Requires.Tool("skopeo");
        await using DockerRegistry registry = await DockerRegistry.StartAsync();
        using var directory = new TempDirectory();
        using var client = new RegistryClient(registry.Address);
        OciLayout layout = await OciLayout.CreateAsync(directory.Combine("one"));
        Descriptor pushed = await AddImageAsync(layout, "v1");

        CopyResult up = await ContentCopier.CopyAsync(layout, "v1", client.Repository("a/b"), "v1");
        OciLayout second = await OciLayout.CreateAsync(directory.Combine("two"));
        CopyResult down = await ContentCopier.CopyAsync(client.Repository("a/b"), "v1", second, "v2");

        Assert.Equal(pushed.Digest, up.Root.Digest);
        Assert.Equal(pushed.Digest, down.Root.Digest);
        Assert.Equal((4, 0), (up.Copied, up.Skipped));
        Assert.Equal((4, 0), (down.Copied, down.Skipped));
        foreach (string image in (string[])[$"docker://{registry.Address.Authority}/a/b:v1", $"oci:{directory.Combine("two")}:v2"])
        {
            ToolResult inspected = (await ToolResult.RunAsync(skopeo, ["inspect", "--tls-verify=false", image])).EnsureSuccess();
            using JsonDocument document = JsonDocument.Parse(inspected.Output);
            Assert.Equal(pushed.Digest.ToString(), document.RootElement.GetProperty("Digest").GetString());
        }
    }

    [Fact]
    public async Task Copy_OfWhatSkopeoPushed_HasTheSameBytes()
    {
        string skopeo = Requires.Tool("skopeo");
        await using DockerRegistry registry = await DockerRegistry.StartAsync();
        using var directory = new TempDirectory();
        using var client = new RegistryClient(registry.Address);
        OciLayout layout = await OciLayout.CreateAsync(directory.Combine("one"));
        Descriptor image = await AddImageAsync(layout, "v1");
        (await ToolResult.RunAsync(skopeo, ["copy", "-q", "--insecure-policy", "--preserve-digests", "--dest-tls-verify=false", $"oci:{layout.Path}:v1", $"docker://{registry.Address.Authority}/a:v1"])).EnsureSuccess();
        OciLayout second = await OciLayout.CreateAsync(directory.Combine("two"));

        await ContentCopier.CopyAsync(client.Repository("a"), "v1", second, "v1");

        Assert.Equal(image.Digest, (await second.ResolveAsync("v1"))!.Digest);
        ImageManifest manifest = await second.ReadManifestAsync(image);
        foreach (Descriptor blob in manifest.Layers.Prepend(manifest.Config))
        {
            Assert.Equal(await layout.ReadAsync(blob), await second.ReadAsync(blob));
        }
    }

    [Fact]
    public async Task Copy_WithinARegistry_MountsAndSendsNothing()
    {
        await using DockerRegistry registry = await DockerRegistry.StartAsync();
        using var client = new RegistryClient(registry.Address);
        await AddImageAsync(client.Repository("from"), "v1");

        CopyResult result = await ContentCopier.CopyAsync(client.Repository("from"), "v1", client.Repository("to"), "v2");

        Assert.Equal((1, 3, 0), (result.Copied, result.Mounted, result.Skipped));
        Assert.Equal(["v2"], await client.Repository("to").ListTagsAsync().ToListAsync());
    }

    private static async Task<Descriptor> AddImageAsync(IContentStore store, string tag)
    {
        byte[] manifest = new ImageManifest
        {
            MediaType = MediaTypes.ImageManifest,
            Config = await AddBlobAsync(store, MediaTypes.ImageConfig, """{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}"""u8.ToArray()),
            Layers = [await AddBlobAsync(store, MediaTypes.Layer, RandomNumberGenerator.GetBytes(2_000_000)), await AddBlobAsync(store, MediaTypes.Layer, RandomNumberGenerator.GetBytes(100))],
        }.ToUtf8Bytes();
        Descriptor descriptor = Descriptor.Create(MediaTypes.ImageManifest, manifest);
        await store.AddAsync(descriptor, new MemoryStream(manifest));
        await store.TagAsync(descriptor, tag);
        return descriptor;
    }

    private static async Task<Descriptor> AddBlobAsync(IContentStore store, MediaType mediaType, byte[] content)
    {
        Descriptor descriptor = Descriptor.Create(mediaType, content);
        await store.AddAsync(descriptor, new MemoryStream(content));
        return descriptor;
    }
}
