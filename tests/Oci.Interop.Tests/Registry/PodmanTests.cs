namespace Oci.Interop.Tests.Registry;

/// <summary>podman against the registry.</summary>
public sealed class PodmanTests
{
    [Fact]
    [Trait("Needs", "root")]
    public async Task PushAndPull_Image_HasTheSameId()
    {
        Requires.Root();
        string podman = Requires.Tool("podman");
        string skopeo = Requires.Tool("skopeo");
        using var folder = new TempDirectory();
        TestImage.Write(folder.Combine("in"), "v1");
        await using RegistryProcess registry = await RegistryProcess.StartAsync(folder.Combine("data"));
        string[] own = ["--cgroup-manager", "cgroupfs", "--storage-driver", "vfs", "--root", folder.Combine("storage"), "--runroot", folder.Combine("run")];
        string image = $"{registry.Authority}/team/image:v1";
        string seed = $"{registry.Authority}/seed:v1";
        (await ToolResult.RunAsync(skopeo, ["copy", "--insecure-policy", "--dest-tls-verify=false", $"oci:{folder.Combine("in")}:v1", $"docker://{seed}"])).EnsureSuccess();

        string pushed = (await ToolResult.RunAsync(podman, [.. own, "pull", "-q", "--tls-verify=false", seed])).EnsureSuccess().Output.Trim();
        (await ToolResult.RunAsync(podman, [.. own, "push", "-q", "--tls-verify=false", pushed, image])).EnsureSuccess();
        (await ToolResult.RunAsync(podman, [.. own, "rmi", "-f", pushed])).EnsureSuccess();
        string pulled = (await ToolResult.RunAsync(podman, [.. own, "pull", "-q", "--tls-verify=false", image])).EnsureSuccess().Output.Trim();

        Assert.Equal(pushed, pulled);
    }
}
