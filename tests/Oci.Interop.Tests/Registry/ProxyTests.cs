using Oci.Interop.Tests.Distribution;

namespace Oci.Interop.Tests.Registry;

/// <summary>The registry as a pull-through cache of Debian's docker-registry.</summary>
public sealed class ProxyTests
{
    [Fact]
    public async Task Skopeo_ThroughTheCache_PullsAlsoWhenTheUpstreamIsGone()
    {
        string skopeo = Requires.Tool("skopeo");
        using var folder = new TempDirectory();
        TestImage.Write(folder.Combine("in"), "v1");
        await using DockerRegistry upstream = await DockerRegistry.StartAsync();
        (await ToolResult.RunAsync(skopeo, ["copy", "--insecure-policy", "--dest-tls-verify=false", $"oci:{folder.Combine("in")}:v1", $"docker://{upstream.Address.Authority}/team/image:v1"])).EnsureSuccess();
        await using RegistryProcess cache = await RegistryProcess.StartAsync(folder.Combine("data"), ["--proxy", upstream.Address.ToString()], []);
        string image = $"docker://{cache.Authority}/team/image:v1";

        (await ToolResult.RunAsync(skopeo, ["copy", "--insecure-policy", "--src-tls-verify=false", image, $"oci:{folder.Combine("first")}:v1"])).EnsureSuccess();
        ToolResult refused = await ToolResult.RunAsync(skopeo, ["copy", "--insecure-policy", "--dest-tls-verify=false", $"oci:{folder.Combine("in")}:v1", image]);
        await upstream.KillAsync();
        (await ToolResult.RunAsync(skopeo, ["copy", "--insecure-policy", "--src-tls-verify=false", image, $"oci:{folder.Combine("second")}:v1"])).EnsureSuccess();
        ToolResult tags = (await ToolResult.RunAsync(skopeo, ["list-tags", "--tls-verify=false", $"docker://{cache.Authority}/team/image"])).EnsureSuccess();

        Assert.Equal(TestImage.BlobsOf(folder.Combine("in")), TestImage.BlobsOf(folder.Combine("first")));
        Assert.Equal(TestImage.BlobsOf(folder.Combine("in")), TestImage.BlobsOf(folder.Combine("second")));
        Assert.Contains("\"v1\"", tags.Output);
        Assert.NotEqual(0, refused.ExitCode);
    }
}
