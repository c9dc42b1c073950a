using System.Net;
using System.Text.Json;

namespace Oci.Interop.Tests.Registry;

/// <summary>skopeo against the registry: what it pushes, it gets back.</summary>
public sealed class SkopeoTests
{
    [Fact]
    public async Task Copy_LayoutThereAndBack_IsTheSameImage()
    {
        string skopeo = Requires.Tool("skopeo");
        using var folder = new TempDirectory();
        TestImage.Write(folder.Combine("in"), "v1");
        await using RegistryProcess registry = await RegistryProcess.StartAsync(folder.Combine("data"));
        string image = $"docker://{registry.Authority}/team/image:v1";

        (await ToolResult.RunAsync(skopeo, ["copy", "--insecure-policy", "--dest-tls-verify=false", $"oci:{folder.Combine("in")}:v1", image])).EnsureSuccess();
        (await ToolResult.RunAsync(skopeo, ["copy", "--insecure-policy", "--src-tls-verify=false", image, $"oci:{folder.Combine("out")}:v1"])).EnsureSuccess();

        Assert.Equal(TestImage.BlobsOf(folder.Combine("in")), TestImage.BlobsOf(folder.Combine("out")));
    }

    [Fact]
    public async Task Copy_AsDockerSchema2IntoADirAndBetweenRepositories_Works()
    {
        string skopeo = Requires.Tool("skopeo");
        using var folder = new TempDirectory();
        TestImage.Write(folder.Combine("in"), "v1");
        await using RegistryProcess registry = await RegistryProcess.StartAsync(folder.Combine("data"));

        (await ToolResult.RunAsync(skopeo, ["copy", "--insecure-policy", "--dest-tls-verify=false", "--format", "v2s2", $"oci:{folder.Combine("in")}:v1", $"docker://{registry.Authority}/a:v1"])).EnsureSuccess();
        (await ToolResult.RunAsync(skopeo, ["copy", "--insecure-policy", "--src-tls-verify=false", "--dest-tls-verify=false", $"docker://{registry.Authority}/a:v1", $"docker://{registry.Authority}/b/c:v2"])).EnsureSuccess();
        (await ToolResult.RunAsync(skopeo, ["copy", "--insecure-policy", "--src-tls-verify=false", $"docker://{registry.Authority}/b/c:v2", $"dir:{folder.Combine("dir")}"])).EnsureSuccess();

        using JsonDocument manifest = JsonDocument.Parse(await File.ReadAllBytesAsync(folder.Combine("dir", "manifest.json")));
        Assert.Equal("application/vnd.docker.distribution.manifest.v2+json", manifest.RootElement.GetProperty("mediaType").GetString());
    }

    [Fact]
    public async Task InspectListAndDelete_PushedImage_Work()
    {
        string skopeo = Requires.Tool("skopeo");
        using var folder = new TempDirectory();
        TestImage.Write(folder.Combine("in"), "v1");
        await using RegistryProcess registry = await RegistryProcess.StartAsync(folder.Combine("data"));
        string repository = $"docker://{registry.Authority}/team/image";
        foreach (string tag in (string[])["v1", "v2"])
        {
            (await ToolResult.RunAsync(skopeo, ["copy", "--insecure-policy", "--dest-tls-verify=false", $"oci:{folder.Combine("in")}:v1", $"{repository}:{tag}"])).EnsureSuccess();
        }

        ToolResult inspected = (await ToolResult.RunAsync(skopeo, ["inspect", "--tls-verify=false", $"{repository}:v1"])).EnsureSuccess();
        ToolResult listed = (await ToolResult.RunAsync(skopeo, ["list-tags", "--tls-verify=false", repository])).EnsureSuccess();
        (await ToolResult.RunAsync(skopeo, ["delete", "--tls-verify=false", $"{repository}:v1"])).EnsureSuccess();
        ToolResult gone = await ToolResult.RunAsync(skopeo, ["inspect", "--tls-verify=false", $"{repository}:v2"]);

        using JsonDocument inspection = JsonDocument.Parse(inspected.Output);
        Assert.Equal("linux", inspection.RootElement.GetProperty("Os").GetString());
        using JsonDocument list = JsonDocument.Parse(listed.Output);
        Assert.Equal(["v1", "v2"], list.RootElement.GetProperty("Tags").EnumerateArray().Select(tag => tag.GetString()!));
        // skopeo deletes the manifest by its digest, so both tags are gone.
        Assert.NotEqual(0, gone.ExitCode);
        Assert.Contains("manifest unknown", gone.Error);
    }

    [Fact]
    public async Task Terminate_RunningRegistry_ExitsWith0()
    {
        Requires.Tool("kill");
        using var folder = new TempDirectory();
        await using RegistryProcess registry = await RegistryProcess.StartAsync(folder.Combine("data"));
        using var client = new HttpClient { BaseAddress = registry.Address };
        using HttpResponseMessage response = await client.GetAsync("/v2/");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);

        await registry.TerminateAsync();

        Assert.Equal(0, registry.ExitCode);
    }
}
