using System.Text.Json.Nodes;

namespace Oci.Interop.Tests.OciTool;

/// <summary>validate, gc and ls.</summary>
public sealed class LayoutTests(ToolImages images) : IClassFixture<ToolImages>, IDisposable
{
    private readonly TempDirectory _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task Validate_GoodLayout_Exits0()
    {
        JsonNode result = await OciToolProcess.JsonAsync("validate", $"oci:{images.Layout}");
        ToolResult text = (await OciToolProcess.RunAsync("validate", images.Image("both"))).EnsureSuccess();

        Assert.True((bool)result["isValid"]!);
        Assert.Equal(0, (int)result["errors"]!);
        Assert.Contains("is valid", text.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validate_DamagedBlob_Exits1WithFindings()
    {
        string layout = images.CopyTo(_temp);
        JsonNode image = await OciToolProcess.JsonAsync("inspect", $"oci:{layout}:app");
        string layer = (string)image["layers"]![1]!["digest"]!;
        string path = Path.Combine([layout, "blobs", .. layer.Split(':')]);
        byte[] blob = await File.ReadAllBytesAsync(path);
        blob[^20] ^= 1;
        await File.WriteAllBytesAsync(path, blob);

        ToolResult json = await OciToolProcess.RunAsync("validate", $"oci:{layout}:app", "--json");
        ToolResult whole = await OciToolProcess.RunAsync("validate", $"oci:{layout}");

        Assert.Equal((1, 1), (json.ExitCode, whole.ExitCode));
        JsonNode result = JsonNode.Parse(json.Output)!;
        Assert.False((bool)result["isValid"]!);
        JsonNode finding = Assert.Single(result["findings"]!.AsArray(), f => (string?)f!["digest"] == layer && (string?)f["severity"] == "error")!;
        Assert.StartsWith("https://", (string?)finding["specLink"], StringComparison.Ordinal);
        Assert.Contains((string)finding["rule"]!, whole.Output, StringComparison.Ordinal);
        Assert.Contains("is not valid", whole.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Collect_UntaggedImage_GoesAfterADryRun()
    {
        string layout = images.CopyTo(_temp);
        (await OciToolProcess.RunAsync("copy", $"oci:{layout}:base", $"oci:{layout}:app")).EnsureSuccess();
        int blobs = Blobs(layout);

        JsonNode dry = await OciToolProcess.JsonAsync("gc", layout, "--dry-run", "--grace-period", "0");
        int afterDry = Blobs(layout);
        ToolResult young = (await OciToolProcess.RunAsync("gc", $"oci:{layout}")).EnsureSuccess();
        int afterYoung = Blobs(layout);
        JsonNode done = await OciToolProcess.JsonAsync("gc", layout, "--grace-period", "0");

        Assert.True((bool)dry["dryRun"]!);
        Assert.Equal(4, dry["removed"]!.AsArray().Count);
        Assert.Equal(blobs, afterDry);
        Assert.Contains("too young", young.Output, StringComparison.Ordinal);
        Assert.Equal(blobs, afterYoung);
        Assert.Equal(dry["removed"]!.ToJsonString(), done["removed"]!.ToJsonString());
        Assert.Equal(blobs - 4, Blobs(layout));
        (await OciToolProcess.RunAsync("validate", $"oci:{layout}")).EnsureSuccess();
    }

    [Fact]
    public async Task List_Image_IsTheTreeThatUmociUnpacks()
    {
        string umoci = Requires.Tool("umoci");
        string[] rootless = Environment.IsPrivilegedProcess ? [] : ["--rootless"];
        (await ToolResult.RunAsync(umoci, ["unpack", .. rootless, "--image", $"{images.Layout}:app", _temp.Combine("bundle")])).EnsureSuccess();
        string root = _temp.Combine("bundle", "rootfs");

        JsonNode ours = await OciToolProcess.JsonAsync("ls", images.Image("app"));

        string[] theirs = [.. Directory.EnumerateFileSystemEntries(root, "*", SearchOption.AllDirectories).Select(p => Path.GetRelativePath(root, p)).Order(StringComparer.Ordinal)];
        Assert.Equal(theirs, ours["files"]!.AsArray().Select(f => (string)f!["path"]!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task List_PathAndLayer_AreShownAsByLs()
    {
        ToolResult below = (await OciToolProcess.RunAsync("ls", images.Image("app"), "/srv")).EnsureSuccess();
        ToolResult layer = (await OciToolProcess.RunAsync("ls", images.Image("app"), "--layer=-1")).EnsureSuccess();

        Assert.Matches(@"^drwxr-xr-x  0:0 +0  \d{4}-\d\d-\d\d \d\d:\d\d  srv\n-rw-r--r--  0:0  13  .*  srv/hello\nlrwxrwxrwx  0:0 .*  srv/link -> hello\n$", below.Output);
        Assert.StartsWith("w", layer.Output, StringComparison.Ordinal);
        Assert.EndsWith("etc/.wh.gone\n", layer.Output, StringComparison.Ordinal);
        Assert.Contains("has no /nosuch", await OciToolProcess.FailAsync(1, "ls", images.Image("app"), "/nosuch"), StringComparison.Ordinal);
        Assert.Contains("3 layers", await OciToolProcess.FailAsync(1, "ls", images.Image("app"), "--layer", "7"), StringComparison.Ordinal);
    }

    private static int Blobs(string layout) => Directory.GetFiles(Path.Combine(layout, "blobs", "sha256")).Length;
}
