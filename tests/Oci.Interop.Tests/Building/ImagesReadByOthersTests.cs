using System.Text.Json;
using Oci.Distribution.Copying;
using Oci.Image;
using Oci.Image.Changes;
using Oci.Image.Layouts;
using Oci.Image.RootFilesystems;
using Oci.Image.Tar;

namespace Oci.Interop.Tests.Building;

/// <summary>Other tools take the images that are built, edited, rebased and flattened here, and make the same trees of them.</summary>
public sealed class ImagesReadByOthersTests : IDisposable
{
    private readonly TempDirectory _temp = new();

    // podman and buildah make a name of the path, and names are in lower case.
    private readonly string _layout = Path.Combine(Path.GetTempPath(), $"oci-test-{Guid.NewGuid():n}");

    public static TheoryData<string> Tags => [.. BuiltImages.Tags];

    public void Dispose()
    {
        RootFilesystem.Delete(_temp.Path);
        Directory.Delete(_layout, recursive: true);
    }

    [Theory]
    [MemberData(nameof(Tags))]
    public async Task Skopeo_CopiesAndInspects(string tag)
    {
        string skopeo = Requires.Tool("skopeo");
        OciLayout layout = await BuiltImages.CreateAsync(_layout);

        (await ToolResult.RunAsync(skopeo, ["--insecure-policy", "copy", $"oci:{layout.Path}:{tag}", $"dir:{_temp.Combine("theirs")}"])).EnsureSuccess();
        ToolResult result = (await ToolResult.RunAsync(skopeo, ["inspect", "--config", $"oci:{layout.Path}:{tag}"])).EnsureSuccess();

        OciImage image = await OciImage.OpenAsync(layout, tag);
        using JsonDocument json = JsonDocument.Parse(result.Output);
        Assert.Equal(image.Config.History!.Count, json.RootElement.GetProperty("history").GetArrayLength());
        Assert.Equal(image.Layers.Count, image.Config.History.Count(step => step.EmptyLayer != true));
    }

    [Fact]
    public async Task Skopeo_CopiesAnIndexWithAllItsImages()
    {
        string skopeo = Requires.Tool("skopeo");
        OciLayout layout = await BuiltImages.CreateAsync(_layout);

        (await ToolResult.RunAsync(skopeo, ["--insecure-policy", "copy", "--all", $"oci:{layout.Path}:index", $"oci:{_temp.Combine("theirs")}:index"])).EnsureSuccess();

        Assert.Equal((await layout.ResolveAsync("index"))!.Digest, (await (await OciLayout.OpenAsync(_temp.Combine("theirs"))).ResolveAsync("index"))?.Digest);
    }

    [Theory]
    [MemberData(nameof(Tags))]
    public async Task OciImageTool_Validates(string tag)
    {
        string tool = Requires.Tool("oci-image-tool");
        OciLayout layout = await BuiltImages.CreateAsync(_layout);

        // It finds an image by its name only where that is the only one.
        OciLayout single = await OciLayout.CreateAsync(_temp.Combine("single"));
        await ContentCopier.CopyAsync(layout, tag, single, tag);

        (await ToolResult.RunAsync(tool, ["validate", "--type", "image", "--ref", $"name={tag}", single.Path])).EnsureSuccess();
    }

    [Theory]
    [MemberData(nameof(Tags))]
    public async Task Umoci_UnpacksTheSameTree(string tag)
    {
        string umoci = Requires.Tool("umoci");
        OciLayout layout = await BuiltImages.CreateAsync(_layout);
        string[] rootless = Environment.IsPrivilegedProcess ? [] : ["--rootless"];

        (await ToolResult.RunAsync(umoci, ["unpack", .. rootless, "--image", $"{layout.Path}:{tag}", _temp.Combine("bundle")])).EnsureSuccess();

        Assert.Empty(await GetDifferencesAsync(layout, tag, _temp.Combine("bundle", "rootfs")));
    }

    [Theory]
    [MemberData(nameof(Tags))]
    [Trait("Needs", "root")]
    public async Task Buildah_MountsTheSameTree(string tag)
    {
        Requires.Root();
        string buildah = Requires.Tool("buildah");
        OciLayout layout = await BuiltImages.CreateAsync(_layout);
        string[] storage = ["--root", _temp.Combine("store"), "--runroot", _temp.Combine("run"), "--storage-driver", "vfs"];

        string container = (await ToolResult.RunAsync(buildah, [.. storage, "from", $"oci:{layout.Path}:{tag}"])).EnsureSuccess().Output.Trim();
        string root = (await ToolResult.RunAsync(buildah, [.. storage, "mount", container])).EnsureSuccess().Output.Trim();

        // It leaves a directory whose content a later layer changes with the time of that change.
        Assert.DoesNotContain(await GetDifferencesAsync(layout, tag, root), change => change is not { Type: TarEntryType.Directory, Aspects: TreeChangeAspects.Time });
        (await ToolResult.RunAsync(buildah, [.. storage, "rm", container])).EnsureSuccess();
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task Podman_PullsTheImageOfAnIndexForThisMachine()
    {
        Requires.Root();
        string podman = Requires.Tool("podman");
        OciLayout layout = await BuiltImages.CreateAsync(_layout);
        string[] storage = ["--root", _temp.Combine("store"), "--runroot", _temp.Combine("run"), "--storage-driver", "vfs"];

        string id = (await ToolResult.RunAsync(podman, [.. storage, "pull", "-q", $"oci:{layout.Path}:index"])).EnsureSuccess().Output.Trim();

        Assert.Equal((await OciImage.OpenAsync(layout, "index")).Manifest.Config.Digest.ToString(), $"sha256:{id}");
    }

    private async Task<IEnumerable<TreeChange>> GetDifferencesAsync(OciLayout layout, string tag, string theirs)
    {
        string ours = _temp.Combine("tree");
        await new ImageUnpacker().UnpackAsync(await OciImage.OpenAsync(layout, tag), ours);
        TreeSnapshot expected = await TreeSnapshot.CaptureAsync(ours, new TreeSnapshotOptions { ContentDigests = true });
        TreeSnapshot actual = await TreeSnapshot.CaptureAsync(theirs, new TreeSnapshotOptions { ContentDigests = true });
        // No entry describes the root, and tools give it the time of the unpack.
        return actual.GetChangesSince(expected).Where(change => change.Path != ".");
    }
}
