using Oci.Image;
using Oci.Image.Archives;
using Oci.Image.Layouts;

namespace Oci.Interop.Tests.Layouts;

/// <summary>Layouts and archives that other tools write are read, verified and written to.</summary>
public sealed class LayoutsWrittenByOthersTests : IDisposable
{
    private readonly TempDirectory _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task Umoci_WritesALayout()
    {
        string umoci = Requires.Tool("umoci");
        string path = _temp.Combine("theirs");
        (await ToolResult.RunAsync(umoci, ["init", "--layout", path])).EnsureSuccess();
        Assert.Null(await (await OciLayout.OpenAsync(path)).ResolveAsync(""));
        (await ToolResult.RunAsync(umoci, ["new", "--image", $"{path}:v1"])).EnsureSuccess();
        (await ToolResult.RunAsync(umoci, ["config", "--image", $"{path}:v1", "--author", "someone", "--config.cmd", "/bin/sh"])).EnsureSuccess();

        OciLayout layout = await OciLayout.OpenAsync(path);
        OciImage image = await OciImage.OpenAsync(layout, "v1");

        Assert.Equal("someone", image.Config.Author);
        Assert.Empty(image.Layers);
        // Both write to one layout, and each sees what the other wrote.
        await layout.TagAsync(await SampleImages.AddAsync(layout, SampleImages.Amd64, "hello"), "v2");
        (await ToolResult.RunAsync(umoci, ["tag", "--image", $"{path}:v2", "v3"])).EnsureSuccess();
        Assert.Equal(["v1", "v2", "v3"], (await ListAsync(layout)));
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task BuildahAndPodman_WriteLayoutsAndArchives()
    {
        Requires.Root();
        string buildah = Requires.Tool("buildah");
        string podman = Requires.Tool("podman");
        string[] storage = ["--root", _temp.Combine("store"), "--runroot", _temp.Combine("run"), "--storage-driver", "vfs"];
        File.WriteAllText(_temp.Combine("hello"), "hello");
        string container = (await ToolResult.RunAsync(buildah, [.. storage, "from", "scratch"])).EnsureSuccess().Output.Trim();
        (await ToolResult.RunAsync(buildah, [.. storage, "add", container, _temp.Combine("hello"), "/etc/hello"])).EnsureSuccess();
        (await ToolResult.RunAsync(buildah, [.. storage, "config", "--cmd", "/bin/sh", container])).EnsureSuccess();
        (await ToolResult.RunAsync(buildah, [.. storage, "commit", container, "localhost/sample:v1"])).EnsureSuccess();

        (await ToolResult.RunAsync(buildah, [.. storage, "push", "localhost/sample:v1", $"oci:{_temp.Combine("pushed")}:v1"])).EnsureSuccess();
        (await ToolResult.RunAsync(podman, [.. storage, "save", "--format", "oci-dir", "-o", _temp.Combine("saved"), "localhost/sample:v1"])).EnsureSuccess();
        (await ToolResult.RunAsync(podman, [.. storage, "save", "--format", "oci-archive", "-o", _temp.Combine("oci.tar"), "localhost/sample:v1"])).EnsureSuccess();
        (await ToolResult.RunAsync(podman, [.. storage, "save", "--format", "docker-archive", "-o", _temp.Combine("docker.tar"), "localhost/sample:v1"])).EnsureSuccess();

        OciImage pushed = await OciImage.OpenAsync(await OciLayout.OpenAsync(_temp.Combine("pushed")), "v1");
        OciImage saved = await OciImage.OpenAsync(await OciLayout.OpenAsync(_temp.Combine("saved")), "localhost/sample:v1");
        await using OciArchive oci = await OciArchive.OpenAsync(_temp.Combine("oci.tar"));
        await using DockerArchive docker = await DockerArchive.OpenAsync(_temp.Combine("docker.tar"));
        OciImage[] images = [pushed, saved, await OciImage.OpenAsync(oci, ""), await OciImage.OpenAsync(docker, "localhost/sample:v1")];
        foreach (OciImage image in images)
        {
            await SampleImages.VerifyAsync(image);
            Assert.Equal(["/bin/sh"], image.Config.Config!.Cmd);
            Assert.Equal(pushed.Layers.Select(l => l.DiffId), image.Layers.Select(l => l.DiffId));
        }
    }

    private static async Task<List<string>> ListAsync(OciLayout layout)
    {
        var tags = new List<string>();
        await foreach (string tag in layout.ListTagsAsync())
        {
            tags.Add(tag);
        }
        return tags;
    }
}
