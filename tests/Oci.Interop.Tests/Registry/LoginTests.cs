namespace Oci.Interop.Tests.Registry;

/// <summary>skopeo, podman and buildah log in to the registry, by Basic and by tokens, and push and pull.</summary>
public sealed class LoginTests
{
    private const string Password = "s3:crét word";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Skopeo_LoggedIn_PushesAndPullsAndOthersDoNot(bool tokens)
    {
        string skopeo = Requires.Tool("skopeo");
        using var folder = new TempDirectory();
        TestImage.Write(folder.Combine("in"), "v1");
        await using RegistryProcess registry = await StartAsync(folder, tokens ? ["--tokens"] : []);
        string image = $"docker://{registry.Authority}/team/image:v1";
        string[] auth = ["--authfile", folder.Combine("auth.json")];
        string[] nobody = ["--authfile", folder.Combine("nobody.json")];
        string[] push = ["copy", "--insecure-policy", "--dest-tls-verify=false", $"oci:{folder.Combine("in")}:v1", image];
        string[] pull = ["copy", "--insecure-policy", "--src-tls-verify=false", image, $"oci:{folder.Combine("out")}:v1"];

        ToolResult wrong = await ToolResult.RunAsync(skopeo, ["login", "--tls-verify=false", .. auth, "-u", "alice", "-p", "wrong", registry.Authority]);
        (await ToolResult.RunAsync(skopeo, ["login", "--tls-verify=false", .. auth, "-u", "alice", "-p", Password, registry.Authority])).EnsureSuccess();
        (await ToolResult.RunAsync(skopeo, [.. push, .. auth])).EnsureSuccess();
        (await ToolResult.RunAsync(skopeo, [.. pull, .. auth])).EnsureSuccess();
        ToolResult tags = (await ToolResult.RunAsync(skopeo, ["list-tags", "--tls-verify=false", .. auth, $"docker://{registry.Authority}/team/image"])).EnsureSuccess();
        ToolResult anonymousPush = await ToolResult.RunAsync(skopeo, [.. push, .. nobody]);
        ToolResult anonymousPull = await ToolResult.RunAsync(skopeo, [.. pull, .. nobody]);
        (await ToolResult.RunAsync(skopeo, ["delete", "--tls-verify=false", .. auth, image])).EnsureSuccess();

        Assert.Contains("invalid username/password", wrong.Error);
        Assert.Contains("v1", tags.Output);
        Assert.All([anonymousPush, anonymousPull], result =>
        {
            Assert.NotEqual(0, result.ExitCode);
            Assert.Matches("authentication required|Log in first|denied", result.Error);
        });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Skopeo_WithAnonymousPull_PullsWithoutALoginAndPushesWithOne(bool tokens)
    {
        string skopeo = Requires.Tool("skopeo");
        using var folder = new TempDirectory();
        TestImage.Write(folder.Combine("in"), "v1");
        await using RegistryProcess registry = await StartAsync(folder, ["--anonymous-pull", .. tokens ? ["--tokens"] : Array.Empty<string>()]);
        string image = $"docker://{registry.Authority}/team/image:v1";
        string[] push = ["copy", "--insecure-policy", "--dest-tls-verify=false", $"oci:{folder.Combine("in")}:v1", image];

        (await ToolResult.RunAsync(skopeo, [.. push, "--dest-creds", $"alice:{Password}"])).EnsureSuccess();
        (await ToolResult.RunAsync(skopeo, ["copy", "--insecure-policy", "--src-tls-verify=false", "--src-no-creds", image, $"oci:{folder.Combine("out")}:v1"])).EnsureSuccess();
        ToolResult refused = await ToolResult.RunAsync(skopeo, [.. push, "--dest-no-creds"]);

        Assert.NotEqual(0, refused.ExitCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Needs", "root")]
    public async Task PodmanAndBuildah_LoggedIn_PushAndPull(bool tokens)
    {
        Requires.Root();
        string podman = Requires.Tool("podman");
        string buildah = Requires.Tool("buildah");
        using var folder = new TempDirectory();
        await using RegistryProcess registry = await StartAsync(folder, tokens ? ["--tokens"] : []);
        string[] storage = ["--storage-driver", "vfs", "--root", folder.Combine("storage"), "--runroot", folder.Combine("run")];
        string[] auth = ["--tls-verify=false", "--authfile", folder.Combine("auth.json")];
        string[] login = ["login", .. auth, "-u", "alice", "-p", Password, registry.Authority];
        string built = $"{registry.Authority}/built/image:v1";
        string pushed = $"{registry.Authority}/pushed/image:v1";

        (await ToolResult.RunAsync(buildah, [.. storage, .. login])).EnsureSuccess();
        string container = (await ToolResult.RunAsync(buildah, [.. storage, "from", "scratch"])).EnsureSuccess().Output.Trim();
        string id = (await ToolResult.RunAsync(buildah, [.. storage, "commit", "-q", container, "local"])).EnsureSuccess().Output.Trim();
        (await ToolResult.RunAsync(buildah, [.. storage, "push", "-q", .. auth, "local", $"docker://{built}"])).EnsureSuccess();
        (await ToolResult.RunAsync(buildah, [.. storage, "logout", "--authfile", folder.Combine("auth.json"), registry.Authority])).EnsureSuccess();
        ToolResult loggedOut = await ToolResult.RunAsync(podman, [.. storage, "pull", "-q", .. auth, built]);
        (await ToolResult.RunAsync(podman, [.. storage, .. login])).EnsureSuccess();
        (await ToolResult.RunAsync(podman, [.. storage, "push", "-q", .. auth, id, pushed])).EnsureSuccess();
        (await ToolResult.RunAsync(buildah, [.. storage, "rm", container])).EnsureSuccess();
        (await ToolResult.RunAsync(podman, [.. storage, "rmi", "-f", id])).EnsureSuccess();
        foreach (string image in (string[])[built, pushed])
        {
            Assert.Equal(id, (await ToolResult.RunAsync(podman, [.. storage, "pull", "-q", .. auth, image])).EnsureSuccess().Output.Trim());
        }

        Assert.NotEqual(0, loggedOut.ExitCode);
    }

    private static async Task<RegistryProcess> StartAsync(TempDirectory folder, string[] options)
    {
        (await ToolResult.RunAsync(Requires.Tool("htpasswd"), ["-cbB", "-C", "5", folder.Combine("users"), "alice", Password])).EnsureSuccess();
        return await RegistryProcess.StartAsync(folder.Combine("data"), ["--htpasswd", folder.Combine("users"), .. options], []);
    }
}
