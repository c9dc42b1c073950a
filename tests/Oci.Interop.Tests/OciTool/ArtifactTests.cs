using System.Text.Json.Nodes;
using Oci.Interop.Tests.EmbeddedRegistry;

namespace Oci.Interop.Tests.OciTool;

/// <summary><c>oci push</c>, <c>pull</c>, <c>attach</c> and <c>referrers</c>, and what is left of them after <c>oci delete</c>.</summary>
public sealed class ArtifactTests : IDisposable
{
    private readonly TempDirectory _temp = new();

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task PushAndPull_FilesAndDirectories_AreTheSame(bool isRegistry)
    {
        await using EmbeddedHost registry = await EmbeddedHost.StartAsync();
        string place = isRegistry ? $"docker://{registry.Address.Authority}/reports:v1" : $"oci:{_temp.Combine("layout")}:v1";
        Directory.CreateDirectory(_temp.Combine("site", "css"));
        await File.WriteAllTextAsync(_temp.Combine("site", "css", "main.css"), "body {}");
        await File.WriteAllTextAsync(_temp.Combine("report.json"), "{}");

        JsonNode pushed = await OciToolProcess.JsonAsync("push", place, $"{_temp.Combine("report.json")}:application/json", _temp.Combine("site"), "--artifact-type", "application/vnd.example", "--annotation", "a=b");
        JsonNode pulled = await OciToolProcess.JsonAsync("pull", place, "-o", _temp.Combine("out"));
        string again = await OciToolProcess.FailAsync(1, "pull", place, "-o", _temp.Combine("out"));
        JsonNode inspected = await OciToolProcess.JsonAsync("inspect", place);

        Assert.Equal((string?)pushed["digest"], (string?)pulled["digest"]);
        Assert.Equal(["report.json", "site"], pulled["files"]!.AsArray().Select(file => (string?)file));
        Assert.Equal("body {}", await File.ReadAllTextAsync(_temp.Combine("out", "site", "css", "main.css")));
        Assert.Equal("{}", await File.ReadAllTextAsync(_temp.Combine("out", "report.json")));
        Assert.Contains("--overwrite", again, StringComparison.Ordinal);
        Assert.Equal(("artifact", "application/vnd.example", "b"), ((string?)inspected["kind"], (string?)inspected["artifactType"], (string?)inspected["annotations"]!["a"]));
    }

    [Fact]
    public async Task AttachAndReferrers_OfAnArtifact_AreATreeThatIsCopiedAlong()
    {
        await using EmbeddedHost registry = await EmbeddedHost.StartAsync();
        string place = $"docker://{registry.Address.Authority}/app";
        string file = _temp.Combine("file");
        await File.WriteAllTextAsync(file, "content");
        await OciToolProcess.JsonAsync("push", $"{place}:v1", file);

        JsonNode sbom = await OciToolProcess.JsonAsync("attach", $"{place}:v1", file, "--artifact-type", "application/x.sbom");
        JsonNode signature = await OciToolProcess.JsonAsync("attach", $"{place}@{sbom["digest"]}", file, "--artifact-type", "application/x.signature");
        JsonNode flat = await OciToolProcess.JsonAsync("referrers", $"{place}:v1");
        await OciToolProcess.JsonAsync("copy", "--referrers", $"{place}:v1", $"oci:{_temp.Combine("layout")}:v1");
        string tree = (await OciToolProcess.RunAsync("referrers", "--tree", $"oci:{_temp.Combine("layout")}:v1")).EnsureSuccess().Output;
        JsonNode none = await OciToolProcess.JsonAsync("referrers", $"{place}:v1", "--artifact-type", "application/x.signature");

        Assert.Null(Assert.Single(flat["referrers"]!.AsArray())!["referrers"]);
        Assert.Equal($"{sbom["subject"]}\n└─ {sbom["digest"]}  application/x.sbom\n   └─ {signature["digest"]}  application/x.signature\n", tree);
        Assert.Empty(none["referrers"]!.AsArray());
    }

    [Fact]
    public async Task TagsCatalogAndDelete_TellAndRemoveWhatIsThere()
    {
        await using EmbeddedHost registry = await EmbeddedHost.StartAsync();
        string place = $"docker://{registry.Address.Authority}/team/app";
        string file = _temp.Combine("file");
        await File.WriteAllTextAsync(file, "content");
        await OciToolProcess.JsonAsync("push", $"{place}:v1", file);
        await OciToolProcess.JsonAsync("copy", $"{place}:v1", $"{place}:v2");
        await OciToolProcess.JsonAsync("copy", $"{place}:v1", $"{place}:v3");

        Assert.Equal("team/app\n", (await OciToolProcess.RunAsync("catalog", registry.Address.Authority)).EnsureSuccess().Output);
        Assert.Equal("v1\nv2\nv3\n", (await OciToolProcess.RunAsync("tags", place)).EnsureSuccess().Output);
        Assert.Equal("v3", (string?)(await OciToolProcess.JsonAsync("delete", "--tag-only", $"{place}:v3"))["tags"]![0]);
        Assert.Equal("v1\nv2\n", (await OciToolProcess.RunAsync("tags", place)).EnsureSuccess().Output);
        Assert.NotNull((await OciToolProcess.JsonAsync("delete", $"{place}:v1"))["digest"]);
        Assert.Equal("", (await OciToolProcess.RunAsync("tags", place)).EnsureSuccess().Output);
        Assert.Contains("is not there", await OciToolProcess.FailAsync(1, "delete", $"{place}:v1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delete_OfALayoutsTags_LeavesOthers()
    {
        string layout = $"oci:{_temp.Combine("layout")}";
        string file = _temp.Combine("file");
        await File.WriteAllTextAsync(file, "content");
        JsonNode pushed = await OciToolProcess.JsonAsync("push", $"{layout}:v1", file);
        await OciToolProcess.JsonAsync("copy", $"{layout}:v1", $"{layout}:v2");
        await OciToolProcess.JsonAsync("copy", $"{layout}:v1", $"{layout}:v3");

        await OciToolProcess.JsonAsync("delete", $"{layout}:v2");
        Assert.Equal("v1\nv3\n", (await OciToolProcess.RunAsync("tags", layout)).EnsureSuccess().Output);
        await OciToolProcess.JsonAsync("delete", $"{layout}@{pushed["digest"]}");
        Assert.Equal("", (await OciToolProcess.RunAsync("tags", layout)).EnsureSuccess().Output);
    }
}
