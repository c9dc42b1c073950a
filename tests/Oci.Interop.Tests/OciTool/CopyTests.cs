using System.Text.Json.Nodes;

namespace Oci.Interop.Tests.OciTool;

public sealed class CopyTests(ToolImages images) : IClassFixture<ToolImages>, IDisposable
{
    private readonly TempDirectory _temp = new();

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData("oci")]
    [InlineData("oci-archive")]
    [InlineData("docker-archive")]
    public async Task Copy_ToEachTransport_IsReadByOthersAndByUs(string transport)
    {
        string skopeo = Requires.Tool("skopeo");
        string name = transport == "docker-archive" ? "localhost/app:v1" : "v1";
        string target = $"{transport}:{_temp.Combine("copy")}:{name}";

        (await OciToolProcess.RunAsync("copy", images.Image("app"), target)).EnsureSuccess();
        JsonNode theirs = JsonNode.Parse((await ToolResult.RunAsync(skopeo, ["inspect", "--config", target])).EnsureSuccess().Output)!;
        JsonNode ours = JsonNode.Parse((await OciToolProcess.RunAsync("inspect", "--config", target)).EnsureSuccess().Output)!;
        (await ToolResult.RunAsync(skopeo, ["--insecure-policy", "copy", target, $"oci:{_temp.Combine("theirs")}:v1"])).EnsureSuccess();

        Assert.Equal(["/bin/sh", "-c", "cat /srv/hello"], theirs["config"]!["Cmd"]!.AsArray().Select(c => (string?)c));
        Assert.Equal(ours["rootfs"]!["diff_ids"]!.ToJsonString(), theirs["rootfs"]!["diff_ids"]!.ToJsonString());
        (await OciToolProcess.RunAsync("validate", $"oci:{_temp.Combine("theirs")}:v1")).EnsureSuccess();
    }

    [Fact]
    public async Task Copy_Index_TakesThisMachinesImageOrAll()
    {
        string skopeo = Requires.Tool("skopeo");
        string target = $"oci:{_temp.Combine("copy")}";

        ToolResult one = (await OciToolProcess.RunAsync("copy", images.Image("both"), $"{target}:one", "--platform", "linux/arm64")).EnsureSuccess();
        ToolResult noted = (await OciToolProcess.RunAsync("copy", images.Image("both"), $"{target}:this")).EnsureSuccess();
        JsonNode all = await OciToolProcess.JsonAsync("copy", "--all", images.Image("both"), $"{target}:all");
        JsonNode again = await OciToolProcess.JsonAsync("copy", "--all", images.Image("both"), $"{target}:again");

        Assert.Equal("", one.Error);
        Assert.Contains("--all copies the index", noted.Error, StringComparison.Ordinal);
        Assert.Equal((string?)(await OciToolProcess.JsonAsync("inspect", images.Image("both")))["digest"], (string?)all["digest"]);
        Assert.Equal("arm64", (string?)(await OciToolProcess.JsonAsync("inspect", $"{target}:one"))["architecture"]);
        Assert.Equal(0, (int)again["copied"]!);
        (await ToolResult.RunAsync(skopeo, ["--insecure-policy", "copy", "--all", $"{target}:all", $"oci:{_temp.Combine("theirs")}:v1"])).EnsureSuccess();
    }

    [Fact]
    public async Task Copy_ThroughARegistry_KeepsTheDigest()
    {
        await using var registry = await EmbeddedRegistry.EmbeddedHost.StartAsync();
        string remote = $"docker://{registry.Address.Authority}/test/app:v1";
        string layout = images.CopyTo(_temp);

        JsonNode pushed = await OciToolProcess.JsonAsync("copy", images.Image("app"), remote);
        JsonNode edited = await OciToolProcess.JsonAsync("config", remote, "--label", "pushed=yes");
        JsonNode pulled = await OciToolProcess.JsonAsync("copy", remote, $"oci:{layout}:pulled");
        string missing = await OciToolProcess.FailAsync(1, "inspect", $"docker://{registry.Address.Authority}/test/app:nosuch");

        Assert.Equal((string?)(await OciToolProcess.JsonAsync("inspect", images.Image("app")))["digest"], (string?)pushed["digest"]);
        Assert.Equal((string?)pushed["digest"], (string?)edited["base"]);
        Assert.Equal((string?)edited["digest"], (string?)pulled["digest"]);
        Assert.Contains("nosuch", missing, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Copy_OfTwoPlatforms_MakesAnIndexOfThese()
    {
        await using var registry = await EmbeddedRegistry.EmbeddedHost.StartAsync();
        string remote = $"docker://{registry.Address.Authority}/test/app";
        string all = (string)(await OciToolProcess.JsonAsync("copy", "--all", images.Image("both"), $"{remote}:all"))["digest"]!;

        JsonNode planned = await OciToolProcess.JsonAsync("copy", "--dry-run", "--platform", "linux/amd64", "--platform", "linux/arm64", images.Image("both"), $"{remote}:two");
        JsonNode two = await OciToolProcess.JsonAsync("copy", "--platform", "linux/amd64", "--platform", "linux/arm64", images.Image("both"), $"{remote}:two");
        ToolResult dry = (await OciToolProcess.RunAsync("copy", "--dry-run", "--all", images.Image("both"), $"oci:{_temp.Combine("dry")}:v1")).EnsureSuccess();

        Assert.Equal(all, (string?)two["digest"]);
        Assert.Equal((all, "two"), ((string?)planned["digest"], (string?)planned["tag"]));
        Assert.All(planned["items"]!.AsArray(), item => Assert.Equal("skip", (string?)item!["action"]));
        Assert.Contains($"copy   manifest {all}", dry.Output, StringComparison.Ordinal);
        Assert.Contains("tag    v1", dry.Output, StringComparison.Ordinal);
        Assert.False(Path.Exists(_temp.Combine("dry")));
    }

    [Fact]
    public async Task Copy_ThatFails_LeavesNothing()
    {
        string target = _temp.Combine("new");
        string broken = images.CopyTo(_temp);
        string layer = (string)(await OciToolProcess.JsonAsync("inspect", $"oci:{broken}:app"))["layers"]![2]!["digest"]!;
        await File.WriteAllTextAsync(Path.Combine([broken, "blobs", .. layer.Split(':')]), "damaged");

        foreach (string transport in (string[])["oci", "oci-archive", "docker-archive"])
        {
            await OciToolProcess.FailAsync(1, "copy", $"oci:{broken}:app", $"{transport}:{target}:localhost/v1");
        }

        Assert.Equal([broken], Directory.GetFileSystemEntries(_temp.Path));
        Assert.Equal(1, (await OciToolProcess.RunAsync("validate", $"oci:{broken}:app")).ExitCode);
    }
}
