using Oci.Distribution;
using Oci.Distribution.Copying;
using Oci.Distribution.Syncing;
using Oci.Image;
using Oci.Image.Layouts;
using Oci.Image.Manifests;
using Oci.Interop.Tests.EmbeddedRegistry;
using Oci.Interop.Tests.Registry;

namespace Oci.Interop.Tests.Distribution;

/// <summary>What buildah, podman and skopeo make and push, copied and synced by our client from docker-registry into our registry, and read by them there.</summary>
public sealed class ImagesOfOthersTests : IDisposable
{
    private readonly TempDirectory _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    [Trait("Needs", "root")]
    public async Task Copy_OfWhatBuildahBuiltAndPushed_IsPulledByPodmanElsewhere()
    {
        Requires.Root();
        string buildah = Requires.Tool("buildah");
        string podman = Requires.Tool("podman");
        await using DockerRegistry theirs = await DockerRegistry.StartAsync();
        await using EmbeddedHost ours = await EmbeddedHost.StartAsync();
        await File.WriteAllTextAsync(_temp.Combine("hello"), "hello from buildah\n");
        string image = $"{theirs.Address.Authority}/built:v1";

        string container = await RunAsync(buildah, [.. Storage("b"), "from", "scratch"]);
        await RunAsync(buildah, [.. Storage("b"), "copy", "--quiet", container, _temp.Combine("hello"), "/hello"]);
        await RunAsync(buildah, [.. Storage("b"), "config", "--cmd", "/hello", container]);
        await RunAsync(buildah, [.. Storage("b"), "commit", "--quiet", container, image]);
        await RunAsync(buildah, [.. Storage("b"), "push", "--quiet", "--tls-verify=false", image]);
        using var source = new RegistryClient(theirs.Address);
        CopyResult copied = await ContentCopier.CopyAsync(source.Repository("built"), "v1", ours.CreateClient().Repository("copied"), "v1");
        string id = await RunAsync(podman, [.. Storage("p"), "pull", "-q", "--tls-verify=false", $"{ours.Address.Authority}/copied:v1"]);

        ImageManifest manifest = await ours.CreateClient().Repository("copied").ReadManifestAsync(copied.Root);
        Assert.Equal(manifest.Config.Digest.Hex.ToString(), id);
        Assert.Equal(1, copied.Manifests.Copied);
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task ManifestPushAll_ByPodman_IsWholeInBothRegistriesAndAfterOurSync()
    {
        Requires.Root();
        string podman = Requires.Tool("podman");
        string buildah = Requires.Tool("buildah");
        await using DockerRegistry theirs = await DockerRegistry.StartAsync();
        await using EmbeddedHost ours = await EmbeddedHost.StartAsync();
        foreach (string architecture in (string[])["amd64", "arm64"])
        {
            string container = await RunAsync(buildah, [.. Storage("s"), "from", "--arch", architecture, "scratch"]);
            await RunAsync(buildah, [.. Storage("s"), "config", "--arch", architecture, "--label", $"for={architecture}", container]);
            await RunAsync(buildah, [.. Storage("s"), "commit", "--quiet", container, $"localhost/{architecture}:v1"]);
        }
        await RunAsync(podman, [.. Storage("s"), "manifest", "create", "both", "containers-storage:localhost/amd64:v1", "containers-storage:localhost/arm64:v1"]);
        await RunAsync(podman, [.. Storage("s"), "manifest", "push", "--quiet", "--all", "--tls-verify=false", "both", $"docker://{theirs.Address.Authority}/app:v1"]);
        await RunAsync(podman, [.. Storage("s"), "manifest", "push", "--quiet", "--all", "--tls-verify=false", "both", $"docker://{ours.Address.Authority}/pushed:v1"]);

        using var source = new RegistryClient(theirs.Address);
        RegistryClient target = ours.CreateClient();
        List<SyncResult> results = await new RegistrySync().RunAsync(SyncRepository.ListAsync(source), SyncDestination.ToRegistry(target, "mirror")).ToListAsync();

        SyncResult synced = Assert.Single(results);
        Assert.True(synced.Outcome == SyncOutcome.Copied, synced.Error?.Message);
        foreach (string name in (string[])["pushed", "mirror/app"])
        {
            Repository repository = target.Repository(name);
            ImageIndex index = await repository.ReadIndexAsync((await repository.ResolveAsync("v1"))!);
            Assert.Equal(["amd64", "arm64"], index.Manifests.Select(manifest => manifest.Platform!.Architecture).Order());
            foreach (Descriptor manifest in index.Manifests)
            {
                OciImage image = await OciImage.OpenAsync(repository, manifest);
                Assert.Equal(manifest.Platform!.Architecture, image.Config.Config!.Labels!["for"]);
            }
        }
    }

    [Fact]
    public async Task Sync_BySkopeoAndByUs_IsTheSame()
    {
        string skopeo = Requires.Tool("skopeo");
        await using DockerRegistry theirs = await DockerRegistry.StartAsync();
        await using EmbeddedHost ours = await EmbeddedHost.StartAsync();
        TestImage.Write(_temp.Combine("in"), "v1");
        foreach (string tag in (string[])["v1", "v2"])
        {
            await RunAsync(skopeo, ["copy", "-q", "--insecure-policy", "--preserve-digests", "--dest-tls-verify=false", $"oci:{_temp.Combine("in")}:v1", $"docker://{theirs.Address.Authority}/team/app:{tag}"]);
        }

        await RunAsync(skopeo, ["sync", "--insecure-policy", "--src-tls-verify=false", "--dest-tls-verify=false", "--src", "docker", "--dest", "docker", $"{theirs.Address.Authority}/team/app", $"{ours.Address.Authority}/skopeo"]);
        using var source = new RegistryClient(theirs.Address);
        RegistryClient target = ours.CreateClient();
        List<SyncResult> results = await new RegistrySync().RunAsync([new SyncRepository("app", source.Repository("team/app"))], SyncDestination.ToRegistry(target, "skopeo")).ToListAsync();
        await new RegistrySync().RunAsync([new SyncRepository("app", target.Repository("skopeo/app"))], SyncDestination.ToLayouts(_temp.Combine("out"))).ToListAsync();

        // skopeo had copied all of it, so there is nothing left for us.
        Assert.Equal([("v1", SyncOutcome.Equal), ("v2", SyncOutcome.Equal)], results.Select(result => (result.Reference!, result.Outcome)).Order());
        OciLayout layout = await OciLayout.OpenAsync(_temp.Combine("out", "app"));
        Assert.Equal(["v1", "v2"], await layout.ListTagsAsync().ToListAsync());
        string inspected = await RunAsync(skopeo, ["inspect", "--format", "{{.Digest}}", $"oci:{layout.Path}:v2"]);
        Assert.Equal(results[0].Root!.Digest.ToString(), inspected);
    }

    private string[] Storage(string name) => ["--storage-driver", "vfs", "--root", _temp.Combine(name), "--runroot", _temp.Combine(name + "-run")];

    private static async Task<string> RunAsync(string tool, string[] arguments) => (await ToolResult.RunAsync(tool, arguments)).EnsureSuccess().Output.Trim();
}
