using Oci.Image;
using Oci.Image.Building;
using Oci.Image.Configuration;
using Oci.Image.Layers;
using Oci.Image.Layouts;
using Oci.Image.Manifests;
using Oci.Image.RootFilesystems;
using Oci.Image.Tar;
using Oci.Interop.Tests.Layouts;
using Oci.Interop.Tests.OciRun;

namespace Oci.Interop.Tests.OciTool;

/// <summary>
/// A layout of images to try the tool on, made once: <c>base</c> with busybox, <c>app</c> on top of it with files, links
/// and something deleted, <c>both</c> for two platforms, <c>artifact</c>. Tests that change a layout take a copy.
/// </summary>
public sealed class ToolImages : IAsyncLifetime
{
    private readonly TempDirectory _temp = new();

    public string Layout => _temp.Combine("images");

    public string Image(string tag) => $"oci:{Layout}:{tag}";

    /// <summary>A directory that goes into layers: <c>srv/hello</c>, and a link to it.</summary>
    public string AppFiles => _temp.Combine("app");

    public async ValueTask InitializeAsync()
    {
        OciLayout layout = await OciLayout.CreateAsync(Layout);
        Directory.CreateDirectory(_temp.Combine("base", "etc"));
        await File.WriteAllTextAsync(_temp.Combine("base", "etc", "gone"), "old");
        await File.WriteAllTextAsync(_temp.Combine("base", "etc", "passwd"), "root:x:0:0::/:/bin/sh\n");
        if (Requires.FindTool("busybox") is not null)
        {
            BusyboxRoot.WriteTo(_temp.Combine("base"));
        }
        Directory.CreateDirectory(_temp.Combine("app", "srv"));
        await File.WriteAllTextAsync(_temp.Combine("app", "srv", "hello"), "hello, world\n");
        File.CreateSymbolicLink(_temp.Combine("app", "srv", "link"), "hello");

        var builder = new ImageBuilder(SampleImages.Amd64)
        {
            Created = DateTimeOffset.UnixEpoch,
            Author = "the tests",
            Config = new ContainerConfig
            {
                Cmd = ["/bin/sh", "-c", "cat /srv/hello"],
                Env = ["PATH=/bin", "A=1"],
                Labels = new Dictionary<string, string> { ["stage"] = "test" },
                WorkingDir = "/srv",
            },
        };
        await AddLayerAsync(layout, builder, tar => PackAsync(tar, "base"), "base");
        await layout.TagAsync(await builder.BuildAsync(layout), "base");
        await AddLayerAsync(layout, builder, tar => PackAsync(tar, "app"), "COPY app /");
        await AddLayerAsync(layout, builder, tar => tar.WriteEntryAsync(new TarHeader { Name = "etc/.wh.gone"u8.ToArray(), Type = TarEntryType.File }).AsTask(), "RUN rm /etc/gone");
        await layout.TagAsync(await builder.BuildAsync(layout), "app");
        await layout.TagAsync(await SampleImages.AddIndexAsync(layout), "both");
        await layout.TagAsync(await AddArtifactAsync(layout), "artifact");
    }

    /// <summary>A copy of the layout, for a test that changes it.</summary>
    public string CopyTo(TempDirectory folder)
    {
        string copy = folder.Combine("images");
        foreach (string file in Directory.EnumerateFiles(Layout, "*", SearchOption.AllDirectories))
        {
            string path = Path.Combine(copy, Path.GetRelativePath(Layout, file));
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Copy(file, path);
        }
        return copy;
    }

    public ValueTask DisposeAsync()
    {
        _temp.Dispose();
        return ValueTask.CompletedTask;
    }

    private Task PackAsync(TarWriter tar, string folder) =>
        new DirectoryPacker(new PackOptions { Owner = new FileOwner(0, 0) }).PackAsync(_temp.Combine(folder), tar);

    private static async Task AddLayerAsync(OciLayout layout, ImageBuilder builder, Func<TarWriter, Task> write, string step)
    {
        await using ContentWriter blob = await layout.CreateAsync();
        await using var layer = new LayerWriter(blob);
        await write(layer.Tar);
        LayerDigests digests = await layer.CompleteAsync();
        await blob.CommitAsync(digests.Descriptor.MediaType, digests.Descriptor.Digest);
        builder.AddLayer(digests.Descriptor, digests.DiffId, new History { CreatedBy = step, Created = DateTimeOffset.UnixEpoch });
    }

    private static async Task<Descriptor> AddArtifactAsync(OciLayout layout)
    {
        Descriptor file = await layout.AddAsync(MediaTypes.OctetStream, "data"u8.ToArray());
        var manifest = new ImageManifest
        {
            MediaType = MediaTypes.ImageManifest,
            ArtifactType = "application/vnd.example",
            Config = await layout.AddAsync(MediaTypes.Empty, "{}"u8.ToArray()),
            Layers = [file with { Annotations = new Dictionary<string, string> { [AnnotationKeys.Title] = "data.bin" } }],
        };
        return await layout.AddAsync(MediaTypes.ImageManifest, manifest.ToUtf8Bytes());
    }
}
