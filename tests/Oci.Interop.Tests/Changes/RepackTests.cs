using Oci.Image;
using Oci.Image.Building;
using Oci.Image.Changes;
using Oci.Image.Layers;
using Oci.Image.Layouts;
using Oci.Image.RootFilesystems;

namespace Oci.Interop.Tests.Changes;

/// <summary>Our layer of a change beside those of umoci and buildah for the same change, and the image with ours in their hands.</summary>
public sealed class RepackTests : IDisposable
{
    private const string Base = """
        mkdir -p etc opt/gone/deep usr/bin var/empty closed
        echo 127.0.0.1 > etc/hosts; ln etc/hosts etc/hosts2; echo other > etc/other; ln etc/other usr/other
        echo x > opt/gone/deep/f; echo y > usr/file; ln -s file usr/link; mkfifo var/pipe
        echo tool > usr/bin/tool; chmod 4755 usr/bin/tool; echo inner > closed/inner; chmod 700 closed
        find . -exec touch -h -d @1000000000 {} +
        """;

    private const string Change = """
        echo more >> closed/inner
        echo changed >> etc/hosts
        rm -r opt/gone
        rm usr/file; mkdir usr/file; echo in > usr/file/in
        ln etc/other etc/other2
        ln -sfn elsewhere usr/link
        chmod 711 var/empty
        rm var/pipe; echo now a file > var/pipe
        mkdir -p new/deep; echo new > new/deep/f; ln new/deep/f new/g
        touch -d @1234567890 usr/bin/tool
        find . -newermt @1300000000 -exec touch -h -d @1400000000 {} +
        """;

    private readonly TempDirectory _temp = new();
    private readonly string _layout;

    public RepackTests()
    {
        Requires.Linux();
        _layout = _temp.Combine("layout");
    }

    public void Dispose()
    {
        foreach (string directory in Directory.GetDirectories(_temp.Path))
        {
            RootFilesystem.Delete(directory);
        }
        _temp.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task PackAsync_BundleOfUmoci_IsTheLayerThatUmociMakes(bool isRootless)
    {
        string umoci = Requires.Tool("umoci");
        if (!isRootless)
        {
            Requires.Root();
        }
        await MakeBaseAsync();
        string bundle = _temp.Combine("bundle");
        string rootfs = Path.Combine(bundle, "rootfs");
        await RunAsync(umoci, ["unpack", .. (isRootless ? (string[])["--rootless"] : []), "--image", $"{_layout}:base", bundle]);
        var options = new PackOptions();
        var snapshotOptions = new TreeSnapshotOptions();
        if (isRootless)
        {
            options.UidMappings = snapshotOptions.UidMappings = [IdMapping.ProcessUser];
            options.GidMappings = snapshotOptions.GidMappings = [IdMapping.ProcessGroup];
        }
        TreeSnapshot before = await TreeSnapshot.CaptureAsync(rootfs, snapshotOptions);
        await ShellAsync(Change, rootfs);

        OciImage ours = await RepackAsync(new ChangePacker(options), before, rootfs);
        await RunAsync(umoci, ["repack", "--image", $"{_layout}:theirs", bundle]);

        SortedDictionary<string, string> our = await LayerListing.OfAsync(ours, ^1);
        SortedDictionary<string, string> their = await LayerListing.OfAsync(await OciImage.OpenAsync(await OciLayout.OpenAsync(_layout), "theirs"), ^1);
        // Ours has the directories on the way to a change too, so that it keeps their attributes where layers are unpacked
        // each by itself. (umoci rounds times to the nearest second where we cut: the times here are whole ones.)
        string[] more = [.. our.Keys.Except(their.Keys)];
        Assert.Equal(["closed", "usr/bin"], more);
        Assert.All(more, name => Assert.StartsWith("Directory", our[name], StringComparison.Ordinal));
        Assert.Equal(Lines(their), Lines(our.Where(pair => !more.Contains(pair.Key))));
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task PackAsync_OurImage_IsWhatOthersUnpack()
    {
        Requires.Root();
        string umoci = Requires.Tool("umoci");
        string skopeo = Requires.Tool("skopeo");
        string bsdtar = Requires.Tool("bsdtar");
        OciImage image = await MakeBaseAsync();
        string rootfs = _temp.Combine("rootfs");
        await new ImageUnpacker().UnpackAsync(image, rootfs);
        TreeSnapshot before = await TreeSnapshot.FromImageAsync(image);
        Assert.Empty((await TreeSnapshot.CaptureAsync(rootfs)).GetChangesSince(before));
        await ShellAsync(Change, rootfs);

        OciImage ours = await RepackAsync(new ChangePacker(new PackOptions { KeepNanoseconds = true }), before, rootfs);
        string[] expected = TreeListing.Of(rootfs);

        await new ImageUnpacker().UnpackAsync(ours, _temp.Combine("again"));
        Assert.Equal(expected, TreeListing.Of(_temp.Combine("again")));
        await RunAsync(umoci, ["unpack", "--image", $"{_layout}:ours", _temp.Combine("bundle")]);
        Assert.Equal(expected, TreeListing.Of(_temp.Combine("bundle", "rootfs")));
        await RunAsync(skopeo, ["--insecure-policy", "copy", $"oci:{_layout}:ours", $"dir:{_temp.Combine("skopeo")}"]);
        // bsdtar knows no whiteouts: the layer by itself is what it can be asked for, and its links must all be in it.
        string blob = Path.Combine(_layout, "blobs", "sha256", ours.Layers[^1].Descriptor.Digest.Hex.ToString());
        Directory.CreateDirectory(_temp.Combine("bsdtar"));
        await RunAsync(bsdtar, ["-xpf", blob, "-C", _temp.Combine("bsdtar")]);
        Assert.Equal(
            expected.Where(line => line.Contains(" = ")).Select(line => line.Split(' ')[0]),
            TreeListing.Of(_temp.Combine("bsdtar")).Where(line => line.Contains(" = ")).Select(line => line.Split(' ')[0]));
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task PackAsync_ContainerOfBuildah_IsTheLayerThatBuildahCommits()
    {
        Requires.Root();
        string buildah = Requires.Tool("buildah");
        await MakeBaseAsync();
        string[] storage = ["--root", _temp.Combine("store"), "--runroot", _temp.Combine("run"), "--storage-driver", "vfs"];
        string container = (await RunAsync(buildah, [.. storage, "from", await ToArchiveAsync("base")])).Output.Trim();
        string rootfs = (await RunAsync(buildah, [.. storage, "mount", container])).Output.Trim();
        TreeSnapshot before = await TreeSnapshot.CaptureAsync(rootfs);
        await ShellAsync(Change, rootfs);

        OciImage ours = await RepackAsync(new ChangePacker(), before, rootfs);
        await RunAsync(buildah, [.. storage, "commit", container, $"oci:{_layout}:theirs"]);

        SortedDictionary<string, string> our = await LayerListing.OfAsync(ours, ^1);
        SortedDictionary<string, string> their = await LayerListing.OfAsync(await OciImage.OpenAsync(await OciLayout.OpenAsync(_layout), "theirs"), ^1);
        // buildah writes no entry for the root, so that its attributes stay as they were; umoci and we do.
        Assert.True(our.Remove(""));
        // Of a file that got a third name it writes just that, with the content: a file of its own from then on.
        Assert.Equal(["etc/other", "etc/other2", "usr/other"], our.Keys.Where(name => name.Contains("other")));
        Assert.Equal(["etc/other2"], their.Keys.Where(name => name.Contains("other")));
        Assert.Equal(Lines(their.Where(pair => !pair.Key.Contains("other"))), Lines(our.Where(pair => !pair.Key.Contains("other"))));
        await RunAsync(buildah, [.. storage, "from", await ToArchiveAsync("ours")]);
    }

    private static IEnumerable<string> Lines(IEnumerable<KeyValuePair<string, string>> entries) => entries.Select(pair => $"{pair.Key}: {pair.Value}");

    // buildah names what it takes from a layout by its path, which must then be in lower case.
    private async Task<string> ToArchiveAsync(string tag)
    {
        string archive = _temp.Combine($"{tag}.tar");
        await RunAsync(Requires.Tool("skopeo"), ["--insecure-policy", "copy", $"oci:{_layout}:{tag}", $"docker-archive:{archive}:localhost/{tag}:v1"]);
        return $"docker-archive:{archive}";
    }

    private async Task<OciImage> MakeBaseAsync()
    {
        string tree = Directory.CreateDirectory(_temp.Combine("tree")).FullName;
        string owners = Environment.IsPrivilegedProcess ? "mknod var/null c 1 3; chown -R 12:34 usr; chown -h 5:6 usr/link; setfattr -n user.note -v hello etc; touch -d @1000000000 var etc; " : "";
        await ShellAsync(Base + "\n" + owners, tree);
        OciLayout layout = await OciLayout.CreateAsync(_layout);
        return await AddAsync(layout, new ImageBuilder(), "base", tar => new DirectoryPacker(new PackOptions { IncludeRoot = true }).PackAsync(tree, tar));
    }

    private async Task<OciImage> RepackAsync(ChangePacker packer, TreeSnapshot before, string rootfs)
    {
        OciLayout layout = await OciLayout.OpenAsync(_layout);
        return await AddAsync(layout, new ImageBuilder(await OciImage.OpenAsync(layout, "base")), "ours", tar => packer.PackAsync(before, rootfs, tar));
    }

    private static async Task<OciImage> AddAsync(OciLayout layout, ImageBuilder builder, string tag, Func<Image.Tar.TarWriter, Task> write)
    {
        LayerDigests layer = await LayerBuilder.CreateAsync(layout, (tar, _) => write(tar));
        await layout.TagAsync(await builder.AddLayer(layer).BuildAsync(layout), tag);
        return await OciImage.OpenAsync(layout, tag);
    }

    private static Task ShellAsync(string script, string directory) => RunAsync("/bin/sh", ["-c", $"set -e\ncd \"$1\"\n{script}", "sh", directory]);

    private static async Task<ToolResult> RunAsync(string tool, IEnumerable<string> arguments) => (await ToolResult.RunAsync(tool, arguments)).EnsureSuccess();
}
