using System.Text.Json.Nodes;

namespace Oci.Interop.Tests.OciTool;

public sealed class IndexTests(ToolImages images) : IClassFixture<ToolImages>, IDisposable
{
    private readonly TempDirectory _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task Index_CreatedAddedToAndRemovedFrom_IsReadByOthers()
    {
        string skopeo = Requires.Tool("skopeo");
        string index = $"oci:{_temp.Combine("index")}:v1";

        (await OciToolProcess.RunAsync("index", "create", index, images.Image("app"))).EnsureSuccess();
        (await OciToolProcess.RunAsync("index", "add", index, images.Image("both"), "--platform", "linux/arm64")).EnsureSuccess();
        string[] added = await PlatformsAsync(index);
        (await ToolResult.RunAsync(skopeo, ["--insecure-policy", "copy", "--all", index, $"oci:{_temp.Combine("theirs")}:v1"])).EnsureSuccess();
        (await OciToolProcess.RunAsync("index", "add", index, images.Image("base"))).EnsureSuccess();
        JsonNode replaced = await OciToolProcess.JsonAsync("inspect", index);
        JsonNode removed = await OciToolProcess.JsonAsync("index", "remove", index, "--platform", "linux/amd64");

        Assert.Equal(["linux/amd64", "linux/arm64/v8"], added);
        Assert.Equal((string?)(await OciToolProcess.JsonAsync("inspect", images.Image("base")))["digest"], (string?)replaced["manifests"]![0]!["digest"]);
        Assert.Equal(["linux/arm64/v8"], await PlatformsAsync(index));
        Assert.Equal("application/vnd.oci.image.index.v1+json", (string?)removed["mediaType"]);
        Assert.Contains("It lists linux/arm64/v8", await OciToolProcess.FailAsync(1, "index", "remove", index, "--platform", "linux/s390x"), StringComparison.Ordinal);
        (await OciToolProcess.RunAsync("validate", "--strict", index)).EnsureSuccess();
    }

    [Fact]
    public async Task IndexAdd_ToAnImage_SaysThatItIsNone()
    {
        string layout = images.CopyTo(_temp);

        Assert.Contains("oci index create", await OciToolProcess.FailAsync(1, "index", "add", $"oci:{layout}:app", $"oci:{layout}:base"), StringComparison.Ordinal);
        Assert.Contains("two images for linux/amd64", await OciToolProcess.FailAsync(1, "index", "create", $"oci:{layout}:x", $"oci:{layout}:app", $"oci:{layout}:base"), StringComparison.Ordinal);
    }

    private static async Task<string[]> PlatformsAsync(string index) =>
        [.. (await OciToolProcess.JsonAsync("inspect", index))["manifests"]!.AsArray().Select(m => (string)m!["platform"]!)];
}
