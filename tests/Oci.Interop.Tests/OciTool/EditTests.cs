using System.Text.Json.Nodes;
using Oci.Distribution.Copying;
using Oci.Image;
using Oci.Image.Archives;
using Oci.Image.Layouts;
using Oci.Image.Validation;

namespace Oci.Interop.Tests.OciTool;

/// <summary>Commands that make a new image of one, and what other tools make of the outcome.</summary>
public sealed class EditTests(ToolImages images) : IClassFixture<ToolImages>, IDisposable
{
    private readonly TempDirectory _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task Append_Directory_IsOnTopForOthersToo()
    {
        string skopeo = Requires.Tool("skopeo");
        string layout = images.CopyTo(_temp);

        JsonNode made = await OciToolProcess.JsonAsync("append", $"oci:{layout}:base", "--layer", images.AppFiles, "--path", "/opt", "--owner", "33:44", "--to", $"oci:{layout}:new");
        JsonNode files = await OciToolProcess.JsonAsync("ls", $"oci:{layout}:new", "opt");
        JsonNode theirs = JsonNode.Parse((await ToolResult.RunAsync(skopeo, ["inspect", $"oci:{layout}:new"])).EnsureSuccess().Output)!;

        Assert.Equal((string?)theirs["Digest"], (string?)made["digest"]);
        Assert.Equal(2, theirs["Layers"]!.AsArray().Count);
        JsonNode file = Assert.Single(files["files"]!.AsArray(), f => (string?)f!["path"] == "opt/srv/hello")!;
        Assert.Equal((33, 44, 13), ((int)file["uid"]!, (int)file["gid"]!, (int)file["size"]!));
        await AssertValidAsync(layout, "new");
    }

    [Fact]
    public async Task Append_Tar_KeepsItsBytes()
    {
        string layout = images.CopyTo(_temp);
        string tar = _temp.Combine("layer.tar.gz");
        (await ToolResult.RunAsync("tar", ["czf", tar, "-C", images.AppFiles, "."])).EnsureSuccess();
        string digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync(tar)));

        (await OciToolProcess.RunAsync("append", $"oci:{layout}:base", "--layer", tar)).EnsureSuccess();
        JsonNode image = await OciToolProcess.JsonAsync("inspect", $"oci:{layout}:base");

        Assert.Equal($"sha256:{digest}", (string?)image["layers"]![1]!["digest"]);
        Assert.Contains("nosuch", await OciToolProcess.FailAsync(1, "append", $"oci:{layout}:base", "--layer", _temp.Combine("nosuch")), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Append_SourceDateEpoch_GivesTheSameDigests()
    {
        string layout = images.CopyTo(_temp);
        string[] digests = new string[2];
        for (int i = 0; i < digests.Length; i++)
        {
            ToolResult result = await ToolResult.RunAsync("sh", ["-c", $"umask 0{i}7; TZ=Asia/Tokyo SOURCE_DATE_EPOCH=1000000000 {OciToolProcess.ShellCommand} append oci:{layout}:base --layer '{images.AppFiles}' --owner 0 --to oci:{layout}:same"]);
            digests[i] = result.EnsureSuccess().Output;
        }

        Assert.Equal(digests[0], digests[1]);
        JsonNode image = await OciToolProcess.JsonAsync("inspect", $"oci:{layout}:same");
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_000_000_000), (DateTimeOffset)image["created"]!);
    }

    [Fact]
    public async Task Config_EachOption_ChangesWhatUmociShows()
    {
        string layout = images.CopyTo(_temp);

        (await OciToolProcess.RunAsync(
            "config", $"oci:{layout}:app", "--env", "A=2", "--env", "B=x y", "--label", "stage=", "--label", "k=v", "--entrypoint", "[\"/bin/sh\", \"-c\"]", "--clear", "cmd",
            "--user", "1000:1000", "--workdir", "/tmp", "--port", "8080", "--port", "53/udp", "--volume", "/data", "--stop-signal", "SIGINT", "--author", "me", "--annotation", "x.y=z")).EnsureSuccess();
        JsonNode config = JsonNode.Parse((await OciToolProcess.RunAsync("inspect", "--config", $"oci:{layout}:app")).EnsureSuccess().Output)!;
        JsonNode image = await OciToolProcess.JsonAsync("inspect", $"oci:{layout}:app");

        Assert.Equal("me", (string?)config["author"]);
        Assert.Equal(
            """{"User":"1000:1000","ExposedPorts":{"8080/tcp":{},"53/udp":{}},"Env":["PATH=/bin","A=2","B=x y"],"Entrypoint":["/bin/sh","-c"],"Volumes":{"/data":{}},"WorkingDir":"/tmp","Labels":{"k":"v"},"StopSignal":"SIGINT"}""",
            Sorted(config["config"]!));
        Assert.Equal("z", (string?)image["annotations"]!["x.y"]);
        Assert.StartsWith("oci config ", (string?)config["history"]!.AsArray()[^1]!["created_by"], StringComparison.Ordinal);
        await AssertValidAsync(layout, "app");
    }

    [Fact]
    public async Task Config_Index_ChangesEachImageOrTheOneThatIsMeant()
    {
        string layout = images.CopyTo(_temp);
        string[] before = await PlatformDigestsAsync(layout);

        (await OciToolProcess.RunAsync("config", $"oci:{layout}:both", "--label", "one=1", "--platform", "linux/arm64")).EnsureSuccess();
        string[] one = await PlatformDigestsAsync(layout);
        (await OciToolProcess.RunAsync("config", $"oci:{layout}:both", "--label", "all=1")).EnsureSuccess();
        string[] all = await PlatformDigestsAsync(layout);
        JsonNode alone = await OciToolProcess.JsonAsync("config", $"oci:{layout}:both", "--label", "x=1", "--platform", "linux/arm64", "--to", $"oci:{layout}:arm");

        Assert.Equal(before[0], one[0]);
        Assert.NotEqual(before[1], one[1]);
        Assert.NotEqual(one[0], all[0]);
        Assert.NotEqual(one[1], all[1]);
        Assert.Equal("application/vnd.oci.image.manifest.v1+json", (string?)alone["mediaType"]);
        await AssertValidAsync(layout, "both");
    }

    [Fact]
    public async Task Rebase_NewBase_CarriesTheImagesOwnLayers()
    {
        string layout = images.CopyTo(_temp);
        (await OciToolProcess.RunAsync("append", $"oci:{layout}:base", "--layer", images.AppFiles, "--path", "patched", "--to", $"oci:{layout}:base2")).EnsureSuccess();

        (await OciToolProcess.RunAsync("rebase", $"oci:{layout}:app", "--old-base", $"oci:{layout}:base", "--new-base", $"oci:{layout}:base2", "--to", $"oci:{layout}:rebased")).EnsureSuccess();
        string[] paths = await PathsAsync($"oci:{layout}:rebased");

        Assert.Contains("patched/srv/hello", paths);
        Assert.Contains("srv/hello", paths);
        Assert.DoesNotContain("etc/gone", paths);
        await AssertValidAsync(layout, "rebased");
        Assert.Contains("is not based on", await OciToolProcess.FailAsync(1, "rebase", $"oci:{layout}:base", "--old-base", $"oci:{layout}:rebased", "--new-base", $"oci:{layout}:base2"), StringComparison.Ordinal);
        Assert.Contains("--new-base", await OciToolProcess.FailAsync(1, "rebase", $"oci:{layout}:app"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Flatten_Image_HasOneLayerAndTheSameFiles()
    {
        string layout = images.CopyTo(_temp);
        string[] before = await PathsAsync($"oci:{layout}:app");

        (await OciToolProcess.RunAsync("flatten", $"oci:{layout}:app")).EnsureSuccess();
        JsonNode image = await OciToolProcess.JsonAsync("inspect", $"oci:{layout}:app");

        Assert.Single(image["layers"]!.AsArray());
        Assert.Equal(before, await PathsAsync($"oci:{layout}:app"));
        await AssertValidAsync(layout, "app");
    }

    [Fact]
    public async Task Buildah_PullsWhatWasAppendedTo()
    {
        string buildah = Requires.Tool("buildah");
        string[] storage = ["--root", _temp.Combine("store"), "--runroot", _temp.Combine("run"), "--storage-driver", "vfs"];
        string archive = $"oci-archive:{_temp.Combine("app.tar")}:v1";

        JsonNode made = await OciToolProcess.JsonAsync("append", images.Image("base"), "--layer", images.AppFiles, "--compression", "zstd", "--to", archive);
        (await ToolResult.RunAsync(buildah, [.. storage, "pull", archive])).EnsureSuccess();
        ToolResult listed = (await ToolResult.RunAsync(buildah, [.. storage, "images", "--digests", "--format", "{{.Digest}}"])).EnsureSuccess();

        Assert.Equal((string?)made["digest"], listed.Output.Trim());
    }

    [Fact]
    public async Task Edit_WithoutAPlaceToWriteTo_SaysSo()
    {
        string layout = images.CopyTo(_temp);
        string digest = (string)(await OciToolProcess.JsonAsync("inspect", $"oci:{layout}:app"))["digest"]!;

        Assert.Contains("--to", await OciToolProcess.FailAsync(1, "config", $"oci:{layout}@{digest}", "--user", "1"), StringComparison.Ordinal);
        Assert.Contains("Tags: app", await OciToolProcess.FailAsync(1, "config", $"oci:{layout}", "--user", "1"), StringComparison.Ordinal);
        Assert.Contains("Give a tag", await OciToolProcess.FailAsync(1, "config", $"oci:{layout}:app", "--user", "1", "--to", $"oci:{layout}@{digest}"), StringComparison.Ordinal);
    }

    // Copied to a layout of its own, since oci-image-tool finds no name where an index is listed too.
    private async Task AssertValidAsync(string layout, string tag)
    {
        OciLayout written = await OciLayout.OpenAsync(layout);
        Descriptor root = (await written.ResolveAsync(tag))!;
        ValidationReport report = await ImageValidator.ValidateAsync(written, root);
        Assert.Empty(report.Findings);
        if (Requires.FindTool("oci-image-tool") is string tool && MediaTypes.IsManifest(root.MediaType))
        {
            OciLayout alone = await OciLayout.CreateAsync(_temp.Combine("alone"));
            await ContentCopier.CopyAsync(written, root, alone, tag);
            (await ToolResult.RunAsync(tool, ["validate", "--type", "image", "--ref", $"name={tag}", alone.Path])).EnsureSuccess();
        }
    }

    [Fact]
    public async Task Edit_Archive_KeepsItsNameAndNeverLosesAnotherImage()
    {
        string docker = $"docker-archive:{_temp.Combine("docker.tar")}";
        string oci = $"oci-archive:{_temp.Combine("oci.tar")}";
        (await OciToolProcess.RunAsync("copy", images.Image("app"), $"{docker}:localhost/app:v1")).EnsureSuccess();
        await using (OciArchiveWriter two = await OciArchiveWriter.CreateAsync(_temp.Combine("oci.tar")))
        {
            OciLayout layout = await OciLayout.OpenAsync(images.Layout);
            await ContentCopier.CopyAsync(layout, "app", two, "app");
            await ContentCopier.CopyAsync(layout, "base", two, "base");
            await two.CompleteAsync();
        }

        (await OciToolProcess.RunAsync("config", docker, "--user", "7")).EnsureSuccess();
        string refused = await OciToolProcess.FailAsync(1, "config", $"{oci}:app", "--user", "7");
        JsonNode edited = await OciToolProcess.JsonAsync("inspect", $"{docker}:localhost/app:v1");
        JsonNode second = await OciToolProcess.JsonAsync("inspect", $"{oci}@1");

        Assert.Equal("7", (string?)edited["config"]!["user"]);
        Assert.Contains("has other images too (app, base)", refused, StringComparison.Ordinal);
        Assert.Equal((string?)(await OciToolProcess.JsonAsync("inspect", images.Image("base")))["digest"], (string?)second["digest"]);
    }

    private static async Task<string[]> PathsAsync(string image) =>
        [.. (await OciToolProcess.JsonAsync("ls", image))["files"]!.AsArray().Select(f => (string)f!["path"]!)];

    private static async Task<string[]> PlatformDigestsAsync(string layout) =>
        [.. (await OciToolProcess.JsonAsync("inspect", $"oci:{layout}:both"))["manifests"]!.AsArray().Select(m => (string)m!["digest"]!)];

    private static string Sorted(JsonNode config)
    {
        string[] order = ["User", "ExposedPorts", "Env", "Entrypoint", "Cmd", "Volumes", "WorkingDir", "Labels", "StopSignal"];
        return new JsonObject(order.Where(name => config[name] is not null).Select(name => KeyValuePair.Create(name, config[name]?.DeepClone()))).ToJsonString();
    }
}
