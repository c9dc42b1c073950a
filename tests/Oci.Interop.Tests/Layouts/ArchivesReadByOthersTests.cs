using System.Text.Json;
using Oci.Image;
using Oci.Image.Archives;
using Oci.Image.Compression;
using Oci.Image.Layers;
using Oci.Image.Building;
using Oci.Image.Layouts;
using Oci.Image.Manifests;
using Oci.Image.Tar;

namespace Oci.Interop.Tests.Layouts;

/// <summary>Other tools read the archives that this package writes, and the images that it converts.</summary>
public sealed class ArchivesReadByOthersTests : IDisposable
{
    private readonly TempDirectory _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task Skopeo_ReadsEveryImageOfADockerArchive()
    {
        string skopeo = Requires.Tool("skopeo");
        (OciImage a, OciImage b, OciImage zstd) = await BuildAsync();
        string path = await WriteDockerAsync(a, b, zstd);

        foreach ((string reference, OciImage image) in (IEnumerable<(string, OciImage)>)[("localhost/a:v1", a), ("localhost/a:v2", a), ("localhost/b:v1", b), ("localhost/zstd:v1", zstd), ("@0", a), ("@1", b)])
        {
            using JsonDocument config = JsonDocument.Parse((await ToolResult.RunAsync(skopeo, ["inspect", "--config", "--raw", $"docker-archive:{path}:{reference}"])).EnsureSuccess().Output);
            Assert.Equal(image.Config.Author, config.RootElement.GetProperty("author").GetString());
            string copy = _temp.Combine($"copy-{image.Config.Author}");
            (await ToolResult.RunAsync(skopeo, ["--insecure-policy", "copy", $"docker-archive:{path}:{reference}", $"oci:{copy}:v1"])).EnsureSuccess();
            OciImage copied = await OciImage.OpenAsync(await OciLayout.OpenAsync(copy), "v1");
            Assert.Equal(image.Layers.Select(l => l.DiffId), copied.Layers.Select(l => l.DiffId));
            await SampleImages.VerifyAsync(copied);
        }
    }

    [Fact]
    public async Task Skopeo_ReadsAnOciArchiveWithAllPlatformsAndZstd()
    {
        string skopeo = Requires.Tool("skopeo");
        string path = _temp.Combine("image.tar");
        OciLayout layout = await OciLayout.CreateAsync(_temp.Combine("layout"));
        Descriptor index = await SampleImages.AddIndexAsync(layout);
        (_, _, OciImage zstd) = await BuildAsync();
        await using (OciArchiveWriter writer = await OciArchiveWriter.CreateAsync(path))
        {
            foreach (Descriptor entry in (await layout.ReadIndexAsync(index)).Manifests)
            {
                await CopyAsync(await OciImage.OpenAsync(layout, entry), writer);
            }
            await CopyAsync(layout, index, writer);
            await writer.TagAsync(index, "both");
            await CopyAsync(zstd, writer);
            await writer.TagAsync(zstd.Descriptor, "zstd");
            await writer.CompleteAsync();
        }

        (await ToolResult.RunAsync(skopeo, ["--insecure-policy", "copy", "--all", $"oci-archive:{path}:both", $"oci:{_temp.Combine("theirs")}:both"])).EnsureSuccess();
        (await ToolResult.RunAsync(skopeo, ["--insecure-policy", "copy", $"oci-archive:{path}:zstd", $"oci:{_temp.Combine("theirs")}:zstd"])).EnsureSuccess();

        OciLayout theirs = await OciLayout.OpenAsync(_temp.Combine("theirs"));
        Assert.Equal(index.Digest, (await theirs.ResolveAsync("both"))?.Digest);
        await SampleImages.VerifyAsync(await OciImage.OpenAsync(theirs, "both", SampleImages.Arm64));
        Assert.Equal(zstd.Layers[0].Descriptor.Digest, (await OciImage.OpenAsync(theirs, "zstd")).Layers[0].Descriptor.Digest);
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task PodmanAndBuildah_LoadWhatWeWrite_AndWeReadWhatTheySave()
    {
        Requires.Root();
        string podman = Requires.Tool("podman");
        string buildah = Requires.Tool("buildah");
        string[] storage = ["--root", _temp.Combine("store"), "--runroot", _temp.Combine("run"), "--storage-driver", "vfs"];
        (OciImage a, OciImage b, OciImage zstd) = await BuildAsync();
        string docker = await WriteDockerAsync(a, b, zstd);
        string oci = _temp.Combine("oci.tar");
        await using (OciArchiveWriter writer = await OciArchiveWriter.CreateAsync(oci))
        {
            await CopyAsync(b, writer);
            await writer.TagAsync(b.Descriptor, "localhost/other:v1");
            await writer.CompleteAsync();
        }

        (await ToolResult.RunAsync(podman, [.. storage, "load", "-i", docker])).EnsureSuccess();
        (await ToolResult.RunAsync(podman, [.. storage, "load", "-i", oci])).EnsureSuccess();
        (await ToolResult.RunAsync(buildah, [.. storage, "pull", $"docker-archive:{docker}:localhost/b:v1"])).EnsureSuccess();
        string listed = (await ToolResult.RunAsync(podman, [.. storage, "images", "--format", "{{.Repository}}:{{.Tag}} {{.Id}}"])).EnsureSuccess().Output;
        (await ToolResult.RunAsync(podman, [.. storage, "save", "-m", "-o", _temp.Combine("multi.tar"), "localhost/a:v1", "localhost/b:v1"])).EnsureSuccess();
        (await ToolResult.RunAsync(podman, [.. storage, "save", "--format", "oci-archive", "-o", _temp.Combine("saved-oci.tar"), "localhost/b:v1"])).EnsureSuccess();
        (await ToolResult.RunAsync(podman, [.. storage, "save", "--format", "docker-dir", "-o", _temp.Combine("docker-dir"), "localhost/b:v1"])).EnsureSuccess();
        (await ToolResult.RunAsync(buildah, [.. storage, "push", "localhost/b:v1", $"docker-archive:{_temp.Combine("pushed.tar")}:localhost/b:v1"])).EnsureSuccess();

        foreach (string name in (string[])["localhost/a:v1", "localhost/a:v2", "localhost/b:v1", "localhost/zstd:v1", "localhost/other:v1"])
        {
            Assert.Contains(name + " ", listed);
        }
        // An image's id is the digest of its config, so it is the config that we gave.
        Assert.Contains($"localhost/a:v1 {a.Manifest.Config.Digest.Hex[..12]}", listed);
        await using DockerArchive multi = await DockerArchive.OpenAsync(_temp.Combine("multi.tar"));
        await using OciArchive savedOci = await OciArchive.OpenAsync(_temp.Combine("saved-oci.tar"));
        await using DockerArchive pushed = await DockerArchive.OpenAsync(_temp.Combine("pushed.tar"));
        foreach ((IContentSource source, string reference, OciImage image) in (IEnumerable<(IContentSource, string, OciImage)>)[(multi, "localhost/a:v1", a), (multi, "localhost/b:v1", b), (multi, "@1", b), (savedOci, "", b), (pushed, "localhost/b:v1", b)])
        {
            OciImage read = await OciImage.OpenAsync(source, reference);
            Assert.Equal(image.Layers.Select(l => l.DiffId), read.Layers.Select(l => l.DiffId));
            await SampleImages.VerifyAsync(read);
        }
    }

    [Fact]
    public async Task Skopeo_ReadsWhatIsConvertedToDocker_AndAgreesOnTheWayBack()
    {
        string skopeo = Requires.Tool("skopeo");
        OciLayout layout = await OciLayout.CreateAsync(_temp.Combine("layout"));
        Descriptor image = await SampleImages.AddAsync(layout, SampleImages.Amd64, "hello");
        ImageConversion docker = await ImageConverter.ConvertAsync(layout, image, layout, ImageFormat.Docker, new ImageConversionOptions { DropUnsupported = true });
        await layout.TagAsync(docker.Root, "docker");
        ImageConversion back = await ImageConverter.ConvertAsync(layout, docker.Root, layout, ImageFormat.Oci);
        await layout.TagAsync(back.Root, "oci");

        // To skopeo a docker manifest in a layout is strange, and a directory of it is not.
        string directory = _temp.Combine("dir");
        Directory.CreateDirectory(directory);
        File.WriteAllBytes(Path.Combine(directory, "manifest.json"), await layout.ReadAsync(docker.Root));
        ImageManifest manifest = await layout.ReadManifestAsync(docker.Root);
        foreach (Descriptor blob in manifest.Layers.Prepend(manifest.Config))
        {
            File.WriteAllBytes(Path.Combine(directory, blob.Digest.Hex.ToString()), await layout.ReadAsync(blob));
        }
        using JsonDocument inspected = JsonDocument.Parse((await ToolResult.RunAsync(skopeo, ["inspect", $"dir:{directory}"])).EnsureSuccess().Output);
        (await ToolResult.RunAsync(skopeo, ["--insecure-policy", "copy", "--format", "oci", $"dir:{directory}", $"oci:{_temp.Combine("theirs")}:oci"])).EnsureSuccess();
        (await ToolResult.RunAsync(skopeo, ["--insecure-policy", "copy", "--format", "v2s2", $"oci:{layout.Path}:oci", $"dir:{_temp.Combine("theirs-docker")}"])).EnsureSuccess();

        Assert.Equal(docker.Root.Digest.ToString(), inspected.RootElement.GetProperty("Digest").GetString());
        ImageManifest theirs = (await OciImage.OpenAsync(await OciLayout.OpenAsync(_temp.Combine("theirs")), "oci")).Manifest;
        ImageManifest ours = await layout.ReadManifestAsync(back.Root);
        Assert.Equal(ours.Layers, theirs.Layers);
        Assert.Equal(ours.Config, theirs.Config);
        var theirDocker = ImageManifest.Parse(File.ReadAllBytes(_temp.Combine("theirs-docker", "manifest.json")));
        Assert.Equal((manifest.MediaType, manifest.Config), (theirDocker.MediaType, theirDocker.Config));
        Assert.Equal(manifest.Layers, theirDocker.Layers);
    }

    [Fact]
    public async Task SkopeoAndUmoci_AcceptALayoutThatWasCollected()
    {
        string skopeo = Requires.Tool("skopeo");
        string umoci = Requires.Tool("umoci");
        string tool = Requires.Tool("oci-image-tool");
        OciLayout layout = await OciLayout.CreateAsync(_temp.Combine("layout"));
        await layout.TagAsync(await SampleImages.AddAsync(layout, SampleImages.Amd64, "old"), "v1");
        await layout.TagAsync(await SampleImages.AddAsync(layout, SampleImages.Amd64, "new"), "v1");

        LayoutCollection collection = await layout.CollectAsync(new LayoutCollectOptions { GracePeriod = TimeSpan.Zero });

        // Both have one config file each, so three blobs of the old image go.
        Assert.Equal(3, collection.Removed.Count);
        (await ToolResult.RunAsync(skopeo, ["--insecure-policy", "copy", $"oci:{layout.Path}:v1", $"oci:{_temp.Combine("copy")}:v1"])).EnsureSuccess();
        string[] rootless = Environment.IsPrivilegedProcess ? [] : ["--rootless"];
        (await ToolResult.RunAsync(umoci, ["unpack", .. rootless, "--image", $"{layout.Path}:v1", _temp.Combine("bundle")])).EnsureSuccess();
        (await ToolResult.RunAsync(umoci, ["gc", "--layout", layout.Path])).EnsureSuccess();
        (await ToolResult.RunAsync(tool, ["validate", "--type", "image", "--ref", "name=v1", layout.Path])).EnsureSuccess();
        // What is garbage to us is garbage to umoci, and no more is.
        Assert.Equal(collection.KeptCount, await layout.ListBlobsAsync().CountAsync());
    }

    private async Task<string> WriteDockerAsync(OciImage a, OciImage b, OciImage zstd)
    {
        string path = _temp.Combine("docker.tar");
        await using DockerArchiveWriter writer = await DockerArchiveWriter.CreateAsync(path);
        await writer.AddAsync(a, ["localhost/a:v1", "localhost/a:v2"]);
        await writer.AddAsync(b, ["localhost/b:v1"]);
        await writer.AddAsync(zstd, ["localhost/zstd:v1"]);
        await writer.CompleteAsync();
        return path;
    }

    private static async Task<(OciImage A, OciImage B, OciImage Zstd)> BuildAsync()
    {
        var store = new MemoryContentStore();
        return (await BuildAsync(store, "a", new GzipCodec(), "base", "a"), await BuildAsync(store, "b", new GzipCodec(), "base", "b"), await BuildAsync(store, "zstd", new ZstdCodec(), "zstd"));
    }

    private static async Task<OciImage> BuildAsync(MemoryContentStore store, string author, CompressionCodec codec, params string[] files)
    {
        var builder = new ImageBuilder(SampleImages.Amd64) { Created = DateTimeOffset.UnixEpoch, Author = author };
        foreach (string file in files)
        {
            await using ContentWriter blob = await store.CreateAsync();
            await using var layer = new LayerWriter(blob, new LayerWriterOptions { Codec = codec });
            await layer.Tar.WriteEntryAsync(new TarHeader { Name = System.Text.Encoding.UTF8.GetBytes(file), Size = 5 }, "hello"u8.ToArray());
            LayerDigests digests = await layer.CompleteAsync();
            await blob.CommitAsync(digests.Descriptor.MediaType, digests.Descriptor.Digest);
            builder.AddLayer(digests.Descriptor, digests.DiffId);
        }
        return await OciImage.OpenAsync(store, await builder.BuildAsync(store));
    }

    private static async Task CopyAsync(OciImage image, IContentStore destination)
    {
        foreach (Descriptor blob in image.Manifest.Layers.Prepend(image.Manifest.Config).Append(image.Descriptor))
        {
            await CopyAsync(image.Source, blob, destination);
        }
    }

    private static async Task CopyAsync(IContentSource source, Descriptor blob, IContentStore destination)
    {
        await using Stream content = await source.OpenAsync(blob);
        await destination.AddAsync(blob, content);
    }
}
