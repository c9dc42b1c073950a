using System.Text.Json.Nodes;

namespace Oci.Interop.Tests.OciTool;

public sealed class InspectTests(ToolImages images) : IClassFixture<ToolImages>
{
    [Fact]
    public async Task Inspect_Image_HasWhatSkopeoSays()
    {
        string skopeo = Requires.Tool("skopeo");

        JsonNode ours = await OciToolProcess.JsonAsync("inspect", images.Image("app"));
        JsonNode theirs = JsonNode.Parse((await ToolResult.RunAsync(skopeo, ["inspect", images.Image("app")])).EnsureSuccess().Output)!;

        Assert.Equal("image", (string?)ours["kind"]);
        Assert.Equal((string?)theirs["Digest"], (string?)ours["digest"]);
        Assert.Equal((string?)theirs["Architecture"], (string?)ours["architecture"]);
        Assert.Equal((string?)theirs["Os"], (string?)ours["os"]);
        Assert.Equal((DateTimeOffset?)theirs["Created"], (DateTimeOffset?)ours["created"]);
        Assert.Equal(theirs["Labels"]!.ToJsonString(), ours["config"]!["labels"]!.ToJsonString());
        Assert.Equal(theirs["Env"]!.ToJsonString(), ours["config"]!["env"]!.ToJsonString());
        Assert.Equal(theirs["Layers"]!.AsArray().Select(l => (string?)l), ours["layers"]!.AsArray().Select(l => (string?)l!["digest"]));
        Assert.Equal(ours["layers"]!.AsArray().Sum(l => (long)l!["size"]!), (long)ours["size"]!);
    }

    [Fact]
    public async Task Inspect_Image_IsReadable()
    {
        ToolResult text = (await OciToolProcess.RunAsync("inspect", images.Image("app"))).EnsureSuccess();

        Assert.Contains("Platform:     linux/amd64\n", text.Output, StringComparison.Ordinal);
        Assert.Contains("Command:      [\"/bin/sh\",\"-c\",\"cat /srv/hello\"]\n", text.Output, StringComparison.Ordinal);
        Assert.Contains("COPY app /\n", text.Output, StringComparison.Ordinal);
        Assert.Contains("Tags:         app artifact base both\n", text.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("app")]
    [InlineData("both")]
    public async Task Inspect_Raw_IsTheDocumentByteForByte(string tag)
    {
        string digest = (string)(await OciToolProcess.JsonAsync("inspect", images.Image(tag)))["digest"]!;

        ToolResult raw = (await OciToolProcess.RunAsync("inspect", "--raw", $"oci:{images.Layout}@{digest}")).EnsureSuccess();

        Assert.Equal(await File.ReadAllTextAsync(BlobPath(digest)), raw.Output);
    }

    [Fact]
    public async Task Inspect_Config_IsThatOfThePlatform()
    {
        ToolResult arm = (await OciToolProcess.RunAsync("inspect", "--config", images.Image("both"), "--platform", "linux/arm64")).EnsureSuccess();

        Assert.Equal("arm64", (string?)JsonNode.Parse(arm.Output)!["architecture"]);
    }

    [Fact]
    public async Task Inspect_Index_ListsItsPlatforms()
    {
        JsonNode index = await OciToolProcess.JsonAsync("inspect", images.Image("both"));
        JsonNode arm = await OciToolProcess.JsonAsync("inspect", images.Image("both"), "--platform", "linux/arm64");

        Assert.Equal("index", (string?)index["kind"]);
        Assert.Equal(["linux/amd64", "linux/arm64/v8"], index["manifests"]!.AsArray().Select(m => (string?)m!["platform"]));
        Assert.Equal((string?)index["manifests"]![1]!["digest"], (string?)arm["digest"]);
        Assert.Contains("linux/amd64", await OciToolProcess.FailAsync(1, "inspect", images.Image("both"), "--platform", "linux/s390x"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspect_Artifact_ShowsItsTypeAndBlobs()
    {
        JsonNode artifact = await OciToolProcess.JsonAsync("inspect", images.Image("artifact"));

        Assert.Equal("artifact", (string?)artifact["kind"]);
        Assert.Equal("application/vnd.example", (string?)artifact["artifactType"]);
        Assert.Null(artifact["config"]);
        Assert.Contains("is an artifact", await OciToolProcess.FailAsync(1, "inspect", "--config", images.Image("artifact")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspect_MissingTag_ListsTheTagsThatThereAre()
    {
        string error = await OciToolProcess.FailAsync(1, "inspect", images.Image("nosuch"));

        Assert.Contains("app, artifact, base, both", error, StringComparison.Ordinal);
    }

    private string BlobPath(string digest) => Path.Combine([images.Layout, "blobs", .. digest.Split(':')]);
}
