using System.Text.Json;
using Oci.Image;
using Oci.Image.Archives;
using Oci.Image.Layouts;

namespace Oci.Interop.Tests.Layouts;

/// <summary>Other tools read the layouts that this package writes, and what they make of them is read back.</summary>
public sealed class LayoutsReadByOthersTests : IDisposable
{
    private readonly TempDirectory _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task Skopeo_InspectsALayout()
    {
        string skopeo = Requires.Tool("skopeo");
        OciLayout layout = await OciLayout.CreateAsync(_temp.Combine("ours"));
        Descriptor image = await SampleImages.AddAsync(layout, SampleImages.Amd64, "hello");
        await layout.TagAsync(image, "v1");

        ToolResult result = (await ToolResult.RunAsync(skopeo, ["inspect", $"oci:{layout.Path}:v1"])).EnsureSuccess();

        using JsonDocument json = JsonDocument.Parse(result.Output);
        Assert.Equal(image.Digest.ToString(), json.RootElement.GetProperty("Digest").GetString());
        Assert.Equal("amd64", json.RootElement.GetProperty("Architecture").GetString());
    }

    [Fact]
    public async Task Skopeo_InspectsTheOnlyImageWithoutATag()
    {
        string skopeo = Requires.Tool("skopeo");
        OciLayout layout = await OciLayout.CreateAsync(_temp.Combine("ours"));
        await SampleImages.AddIndexAsync(layout);

        ToolResult result = (await ToolResult.RunAsync(skopeo, ["inspect", "--raw", $"oci:{layout.Path}"])).EnsureSuccess();

        Assert.Contains("manifests", result.Output);
    }

    [Fact]
    public async Task Skopeo_CopiesALayoutWithAllPlatforms()
    {
        string skopeo = Requires.Tool("skopeo");
        OciLayout layout = await OciLayout.CreateAsync(_temp.Combine("ours"));
        Descriptor index = await SampleImages.AddIndexAsync(layout);
        await layout.TagAsync(index, "both");

        (await ToolResult.RunAsync(skopeo, ["--insecure-policy", "copy", "--all", $"oci:{layout.Path}:both", $"oci:{_temp.Combine("theirs")}:copy"])).EnsureSuccess();
        OciLayout theirs = await OciLayout.OpenAsync(_temp.Combine("theirs"));

        Assert.Equal(index.Digest, (await theirs.ResolveAsync("copy"))?.Digest);
        await SampleImages.VerifyAsync(await OciImage.OpenAsync(theirs, "copy", SampleImages.Amd64));
        await SampleImages.VerifyAsync(await OciImage.OpenAsync(theirs, "copy", SampleImages.Arm64));
    }

    [Theory]
    [InlineData("docker-archive")]
    [InlineData("oci-archive")]
    public async Task Skopeo_PacksALayoutIntoAnArchive(string format)
    {
        string skopeo = Requires.Tool("skopeo");
        OciLayout layout = await OciLayout.CreateAsync(_temp.Combine("ours"));
        await layout.TagAsync(await SampleImages.AddAsync(layout, SampleImages.Amd64, "hello"), "v1");
        OciImage ours = await OciImage.OpenAsync(layout, "v1");
        string path = _temp.Combine("archive.tar");

        (await ToolResult.RunAsync(skopeo, ["--insecure-policy", "copy", $"oci:{layout.Path}:v1", $"{format}:{path}:localhost/sample:v1"])).EnsureSuccess();

        if (format == "docker-archive")
        {
            await using DockerArchive archive = await DockerArchive.OpenAsync(path);
            OciImage theirs = await OciImage.OpenAsync(archive, "localhost/sample:v1");
            await SampleImages.VerifyAsync(theirs);
            Assert.Equal(ours.Layers.Select(l => l.DiffId), theirs.Layers.Select(l => l.DiffId));
            Assert.Equal(["/bin/sh"], theirs.Config.Config!.Cmd);
        }
        else
        {
            await using OciArchive archive = await OciArchive.OpenAsync(path);
            OciImage theirs = await OciImage.OpenAsync(archive, "localhost/sample:v1");
            await SampleImages.VerifyAsync(theirs);
            Assert.Equal(ours.Descriptor.Digest, theirs.Descriptor.Digest);
        }
    }

    [Fact]
    public async Task Umoci_ListsAndUnpacksALayout()
    {
        string umoci = Requires.Tool("umoci");
        OciLayout layout = await OciLayout.CreateAsync(_temp.Combine("ours"));
        await layout.TagAsync(await SampleImages.AddAsync(layout, SampleImages.Amd64, "hello"), "v1");
        await layout.TagAsync(await SampleImages.AddAsync(layout, SampleImages.Amd64, "hello again"), "v2");

        ToolResult list = (await ToolResult.RunAsync(umoci, ["ls", "--layout", layout.Path])).EnsureSuccess();
        string[] rootless = Environment.IsPrivilegedProcess ? [] : ["--rootless"];
        (await ToolResult.RunAsync(umoci, ["unpack", .. rootless, "--image", $"{layout.Path}:v2", _temp.Combine("bundle")])).EnsureSuccess();

        Assert.Equal(["v1", "v2"], list.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order());
        Assert.Equal("hello again", File.ReadAllText(_temp.Combine("bundle", "rootfs", "etc", "hello")));
    }

    [Fact]
    public async Task Umoci_CollectsGarbageOfALayoutAndKeepsItsImages()
    {
        string umoci = Requires.Tool("umoci");
        OciLayout layout = await OciLayout.CreateAsync(_temp.Combine("ours"));
        await layout.TagAsync(await SampleImages.AddAsync(layout, SampleImages.Amd64, "hello"), "v1");
        Descriptor other = await SampleImages.AddAsync(layout, SampleImages.Amd64, "other");
        await layout.TagAsync(other, "v2");
        await layout.UntagAsync("v2");

        (await ToolResult.RunAsync(umoci, ["gc", "--layout", layout.Path])).EnsureSuccess();

        Assert.False(await layout.ExistsAsync(other));
        await SampleImages.VerifyAsync(await OciImage.OpenAsync(layout, "v1"));
        await SampleImages.AddAsync(layout, SampleImages.Amd64, "other");
    }

    [Fact]
    public async Task OciImageTool_ValidatesALayout()
    {
        string tool = Requires.Tool("oci-image-tool");
        OciLayout layout = await OciLayout.CreateAsync(_temp.Combine("ours"));
        await layout.TagAsync(await SampleImages.AddAsync(layout, SampleImages.Amd64, "hello"), "v1");

        (await ToolResult.RunAsync(tool, ["validate", "--type", "image", "--ref", "name=v1", layout.Path])).EnsureSuccess();
    }
}
