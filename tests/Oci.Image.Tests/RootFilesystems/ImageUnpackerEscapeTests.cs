using Oci.Image.RootFilesystems;

namespace Oci.Image.Tests.RootFilesystems;

/// <summary>Layers that try to reach outside of the directory they are unpacked into; with openat2 and without.</summary>
public sealed class ImageUnpackerEscapeTests : IDisposable
{
    private readonly TempDirectory _temp = new();
    private readonly string _root;
    private readonly string _outside;

    public ImageUnpackerEscapeTests()
    {
        Requires.Linux();
        _root = _temp.Combine("root");
        _outside = _temp.Combine("outside");
        Directory.CreateDirectory(_outside);
        File.WriteAllText(Path.Combine(_outside, "secret"), "untouched");
    }

    public void Dispose()
    {
        string[] names = LayerBytes.List(_outside);
        string secret = File.ReadAllText(Path.Combine(_outside, "secret"));
        _temp.Dispose();
        Assert.Equal(["secret"], names);
        Assert.Equal("untouched", secret);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task UnpackAsync_FileThroughLinkOutside_LandsInRoot(bool byComponent)
    {
        await UnpackAsync(byComponent, new LayerBytes().SymbolicLink("link", _outside).File("link/secret", "new"));

        Assert.Equal("new", File.ReadAllText(_root + _outside + "/secret"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task UnpackAsync_FileThroughRelativeLinkOutside_LandsInRoot(bool byComponent)
    {
        await UnpackAsync(byComponent, new LayerBytes().SymbolicLink("a/link", "../../../../outside").File("a/link/secret", "new"));

        Assert.Equal(["a/", "a/link -> ../../../../outside", "outside/", "outside/secret"], LayerBytes.List(_root));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task UnpackAsync_FileOverLinkOutside_ReplacesTheLink(bool byComponent)
    {
        await UnpackAsync(byComponent, new LayerBytes().SymbolicLink("link", Path.Combine(_outside, "secret")).File("link", "new"));

        Assert.Equal(["link"], LayerBytes.List(_root));
        Assert.Equal("new", File.ReadAllText(Path.Combine(_root, "link")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task UnpackAsync_DirectoryOverLinkOutside_ReplacesTheLink(bool byComponent)
    {
        await UnpackAsync(byComponent, new LayerBytes().SymbolicLink("link", _outside), new LayerBytes().Directory("link").File("link/secret", "new"));

        Assert.Equal(["link/", "link/secret"], LayerBytes.List(_root));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task UnpackAsync_ParentReplacedByLinkOutside_IsSeen(bool byComponent)
    {
        // The parent was resolved for the first file, and is another one for the second.
        await UnpackAsync(byComponent, new LayerBytes().File("dir/first").SymbolicLink("dir", _outside).File("dir/secret", "new"));

        Assert.Equal("new", File.ReadAllText(_root + _outside + "/secret"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task UnpackAsync_WhiteoutThroughLinkOutside_HidesNothingThere(bool byComponent)
    {
        await UnpackAsync(byComponent, new LayerBytes().SymbolicLink("link", _outside), new LayerBytes().File("link/.wh.secret").File("link/.wh..wh..opq"));

        Assert.Equal([$"link -> {_outside}"], LayerBytes.List(_root));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task UnpackAsync_HardLinkThroughLinkOutside_FindsNothing(bool byComponent)
    {
        var layer = new LayerBytes().SymbolicLink("link", _outside).HardLink("stolen", "link/secret").File("stolen", "overwritten");

        await RefusedAsync(UnpackFailure.HardLinkTargetMissing, "stolen", byComponent, layer);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task UnpackAsync_HardLinkToLinkOutside_LinksTheLinkItself(bool byComponent)
    {
        string target = Path.Combine(_outside, "secret");
        await UnpackAsync(byComponent, new LayerBytes().SymbolicLink("link", target).HardLink("second", "link").File("second", "new"));

        Assert.Equal([$"link -> {target}", "second"], LayerBytes.List(_root));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task UnpackAsync_ReplacedDirectoryWithLinkOutside_RemovesTheLinkOnly(bool byComponent)
    {
        await UnpackAsync(byComponent, new LayerBytes().SymbolicLink("dir/sub/link", _outside), new LayerBytes().File("dir", "file"));

        Assert.Equal(["dir"], LayerBytes.List(_root));
    }

    [Theory]
    [InlineData("../secret", UnpackFailure.ParentTraversal)]
    [InlineData("a/../../outside/secret", UnpackFailure.ParentTraversal)]
    [InlineData("/outside/secret", UnpackFailure.AbsoluteName)]
    public async Task UnpackAsync_NameOutside_IsRefused(string name, UnpackFailure failure)
    {
        await RefusedAsync(failure, name, byComponent: false, new LayerBytes().File("before").File(name, "new"));
        await RefusedAsync(failure, name, byComponent: false, new LayerBytes().Directory(name));
        await RefusedAsync(failure, "link", byComponent: false, new LayerBytes().HardLink("link", name));
    }

    [Fact]
    public async Task UnpackAsync_AbsoluteNameAllowed_LandsInRoot()
    {
        await LayerBytes.UnpackAsync(_root, new UnpackOptions { AllowAbsoluteNames = true }, new LayerBytes().File(_outside + "/secret", "new"));

        Assert.Equal("new", File.ReadAllText(_root + _outside + "/secret"));
    }

    [Fact]
    public async Task UnpackAsync_SymbolicLinkOutside_IsKeptAsItIs()
    {
        await LayerBytes.UnpackAsync(_root, new LayerBytes().SymbolicLink("etc/mtab", "/proc/self/mounts").SymbolicLink("up", "../../x"));

        Assert.Equal(["etc/", "etc/mtab -> /proc/self/mounts", "up -> ../../x"], LayerBytes.List(_root));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task UnpackAsync_ParentIsALoopOfLinks_IsRefused(bool byComponent) =>
        await RefusedAsync(UnpackFailure.SymbolicLinkLoop, "a/file", byComponent, new LayerBytes().SymbolicLink("a", "b").SymbolicLink("b", "a").File("a/file"));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task UnpackAsync_ParentIsAFile_IsRefused(bool byComponent) =>
        await RefusedAsync(UnpackFailure.ParentNotDirectory, "a/file", byComponent, new LayerBytes().File("a").File("a/file"));

    [Theory]
    [InlineData('0')]
    [InlineData('2')]
    [InlineData('6')]
    public async Task UnpackAsync_RootThatIsNoDirectory_IsRefused(char type) =>
        await RefusedAsync(UnpackFailure.RootNotDirectory, "./", byComponent: false, new LayerBytes().Add("./", type, "0000644", link: "/etc"));

    [Fact]
    public async Task UnpackAsync_BackslashInName_IsAPlainByte()
    {
        await LayerBytes.UnpackAsync(_root, new LayerBytes().File("..\\..\\secret").File("a\\b/c"));

        Assert.Equal(["..\\..\\secret", "a\\b/", "a\\b/c"], LayerBytes.List(_root));
    }

    private Task<UnpackResult> UnpackAsync(bool byComponent, params LayerBytes[] layers) =>
        LayerBytes.UnpackAsync(_root, new UnpackOptions { WalksByComponent = byComponent }, layers);

    private async Task RefusedAsync(UnpackFailure failure, string entryName, bool byComponent, params LayerBytes[] layers)
    {
        UnpackException exception = await Assert.ThrowsAsync<UnpackException>(() => UnpackAsync(byComponent, layers));
        Assert.Equal(failure, exception.Failure);
        Assert.Equal(entryName, exception.EntryName);
        Assert.False(Directory.Exists(_root));
    }
}
