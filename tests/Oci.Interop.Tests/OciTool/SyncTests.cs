using System.Text.Json.Nodes;
using Oci.Interop.Tests.EmbeddedRegistry;

namespace Oci.Interop.Tests.OciTool;

public sealed class SyncTests(ToolImages images) : IClassFixture<ToolImages>, IDisposable
{
    private readonly TempDirectory _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task Sync_ARegistryToAnotherAndToLayouts_CopiesWhatLacks()
    {
        await using EmbeddedHost from = await EmbeddedHost.StartAsync();
        await using EmbeddedHost to = await EmbeddedHost.StartAsync();
        string source = $"docker://{from.Address.Authority}";
        string mirror = $"docker://{to.Address.Authority}/mirror";
        await OciToolProcess.JsonAsync("copy", "--all", images.Image("both"), $"{source}/team/both:v1");
        await OciToolProcess.JsonAsync("copy", images.Image("app"), $"{source}/team/app:v1");
        await OciToolProcess.JsonAsync("copy", images.Image("base"), $"{source}/other:v1");

        JsonNode planned = await OciToolProcess.JsonAsync("sync", source, mirror, "--include", "team/*", "--dry-run");
        JsonNode synced = await OciToolProcess.JsonAsync("sync", source, mirror, "--include", "team/*");
        ToolResult again = (await OciToolProcess.RunAsync("sync", source, mirror, "--include", "team/*")).EnsureSuccess();
        JsonNode dry = await OciToolProcess.JsonAsync("sync", $"{mirror}/team/both", $"oci:{_temp.Combine("dry")}", "--dry-run");
        JsonNode layouts = await OciToolProcess.JsonAsync("sync", $"{mirror}/team/both", $"oci:{_temp.Combine("layouts")}", "--platform", "linux/arm64");

        Assert.Equal(["planned", "planned"], planned["images"]!.AsArray().Select(image => (string?)image!["outcome"]));
        Assert.Equal(["copied", "copied"], synced["images"]!.AsArray().Select(image => (string?)image!["outcome"]));
        Assert.Equal(["team/app", "team/both"], synced["images"]!.AsArray().Select(image => (string?)image!["repository"]).Order());
        Assert.EndsWith("2 equal; 0 B\n", again.Output, StringComparison.Ordinal);
        Assert.Equal("mirror/team/app\nmirror/team/both\n", (await OciToolProcess.RunAsync("catalog", to.Address.Authority)).EnsureSuccess().Output);
        Assert.Equal("planned", (string?)dry["images"]![0]!["outcome"]);
        Assert.False(Path.Exists(_temp.Combine("dry")));
        Assert.Equal("copied", (string?)layouts["images"]![0]!["outcome"]);
        (await OciToolProcess.RunAsync("validate", $"oci:{_temp.Combine("layouts", "mirror+team+both")}:v1")).EnsureSuccess();
    }

    [Fact]
    public async Task Sync_WithAFailure_GoesOnAndExits1()
    {
        await using EmbeddedHost to = await EmbeddedHost.StartAsync();
        string layout = images.CopyTo(_temp);
        string layer = (string)(await OciToolProcess.JsonAsync("inspect", $"oci:{layout}:app"))["layers"]![2]!["digest"]!;
        await File.WriteAllTextAsync(Path.Combine([layout, "blobs", .. layer.Split(':')]), "damaged");

        ToolResult result = await OciToolProcess.RunAsync("sync", $"oci:{layout}", $"docker://{to.Address.Authority}", "--tags", "app", "--tags", "base");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("copied  images:base", result.Output, StringComparison.Ordinal);
        Assert.Contains($"failed  images:app: Cannot copy {layer}", result.Output, StringComparison.Ordinal);
        Assert.Equal("base\n", (await OciToolProcess.RunAsync("tags", $"docker://{to.Address.Authority}/images")).EnsureSuccess().Output);
    }
}
