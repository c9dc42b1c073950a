using Oci.Image.RootFilesystems;

namespace Oci.Image.Tests.RootFilesystems;

/// <summary>image-spec, layer.md, "Changeset over existing files" and "Whiteouts".</summary>
public class ImageUnpackerWhiteoutTests : IDisposable
{
    private readonly TempDirectory _temp = new();

    public ImageUnpackerWhiteoutTests() => Requires.Linux();

    public void Dispose()
    {
        _temp.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>How to unpack; a class that derives from this one tests another way.</summary>
    protected virtual UnpackOptions? Options => null;

    /// <summary>"Once a whiteout is applied, the whiteout itself MUST also be hidden."</summary>
    [Fact]
    [Must("layer.md#representing-changes-1", "layer.md#whiteouts-1")]
    public async Task Whiteout_OfAFile_HidesItAndItself() =>
        Assert.Equal(["etc/", "etc/kept"], await UnpackAsync(
            new LayerBytes().File("etc/gone").File("etc/kept"),
            new LayerBytes().File("etc/.wh.gone")));

    [Fact]
    public async Task Whiteout_OfADirectory_HidesAllBelow() =>
        Assert.Equal(["b"], await UnpackAsync(
            new LayerBytes().File("a/b/c/d").SymbolicLink("a/l", "/etc").File("b"),
            new LayerBytes().File(".wh.a")));

    /// <summary>"Whiteout files MUST only apply to resources in lower/parent layers."</summary>
    [Theory]
    [Must("layer.md#whiteouts-2")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whiteout_OfANameInTheSameLayer_SparesIt(bool whiteoutFirst)
    {
        var layer = new LayerBytes();
        if (whiteoutFirst)
        {
            layer.File("d/.wh.x");
        }
        layer.File("d/x", "new");
        if (!whiteoutFirst)
        {
            layer.File("d/.wh.x");
        }
        Assert.Equal(["d/", "d/x"], await UnpackAsync(new LayerBytes().File("d/x", "old"), layer));
        Assert.Equal("new", File.ReadAllText(_temp.Combine("root", "d", "x")));
    }

    /// <summary>A directory that a layer deletes and makes again has only what that layer puts into it.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whiteout_OfADirectoryInTheSameLayer_HidesItsLowerChildren(bool whiteoutFirst)
    {
        var layer = new LayerBytes();
        if (whiteoutFirst)
        {
            layer.File("a/.wh.b");
        }
        layer.Directory("a/b").File("a/b/new");
        if (!whiteoutFirst)
        {
            layer.File("a/.wh.b");
        }
        Assert.Equal(["a/", "a/b/", "a/b/new"], await UnpackAsync(new LayerBytes().File("a/b/old").File("a/b/deep/old"), layer));
    }

    /// <summary>The example of the section, in both orders: they "are equivalent".</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Opaque_AnyOrder_HidesLowerChildrenOnly(bool opaqueFirst)
    {
        var layer = new LayerBytes().Directory("a/");
        if (opaqueFirst)
        {
            layer.File("a/.wh..wh..opq");
        }
        layer.Directory("a/b/").Directory("a/b/c/").File("a/b/c/foo");
        if (!opaqueFirst)
        {
            layer.File("a/.wh..wh..opq");
        }
        Assert.Equal(["a/", "a/b/", "a/b/c/", "a/b/c/foo"], await UnpackAsync(
            new LayerBytes().Directory("a/").Directory("a/b/").Directory("a/b/c/").File("a/b/c/bar").File("a/other"), layer));
    }

    /// <summary>A lower directory that only a child of this layer keeps looks as if it was made for that child.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Opaque_DirectoryWithoutAnEntry_LosesItsLowerAttributes(bool opaqueFirst)
    {
        var layer = new LayerBytes();
        if (opaqueFirst)
        {
            layer.File("a/.wh..wh..opq");
        }
        layer.File("a/b/new");
        if (!opaqueFirst)
        {
            layer.File("a/.wh..wh..opq");
        }
        Assert.Equal(["a/", "a/b/", "a/b/new"], await UnpackAsync(new LayerBytes().Directory("a/b", "0000700").File("a/b/old"), layer));
        Assert.Equal("755", FileStat.Mode(_temp.Combine("root", "a", "b")));
    }

    /// <summary>"An opaque whiteout file hides all children [...] including sub-directories and all descendants."</summary>
    [Fact]
    [Must("layer.md#opaque-whiteout-1")]
    public async Task Opaque_Directory_EqualsAWhiteoutOfEachChild()
    {
        var lower = () => new LayerBytes().File("etc/my-app-config").File("bin/my-app-binary").File("bin/my-app-tools").File("bin/tools/my-app-tool-one");
        string[] opaque = await UnpackAsync(lower(), new LayerBytes().Directory("bin/").File("bin/.wh..wh..opq"));
        _temp.Dispose();
        Directory.CreateDirectory(_temp.Path);
        string[] single = await UnpackAsync(lower(), new LayerBytes().Directory("bin/").File("bin/.wh.my-app-binary").File("bin/.wh.my-app-tools").File("bin/.wh.tools"));

        Assert.Equal(["bin/", "etc/", "etc/my-app-config"], opaque);
        Assert.Equal(opaque, single);
    }

    [Fact]
    public async Task Opaque_AtTheTop_HidesAllLowerLayers() =>
        Assert.Equal(["new"], await UnpackAsync(
            new LayerBytes().File("a/b").File("c"),
            new LayerBytes().File("d"),
            new LayerBytes().File("new").File(".wh..wh..opq")));

    /// <summary>The lower name and the layer's own are the same directory, by way of a link.</summary>
    [Fact]
    public async Task Opaque_DirectoryReachedByTwoPaths_SparesTheLayersOwn() =>
        Assert.Equal(["lib -> usr/lib", "usr/", "usr/lib/", "usr/lib/new"], await UnpackAsync(
            new LayerBytes().SymbolicLink("lib", "usr/lib").File("usr/lib/old"),
            new LayerBytes().File("lib/new").File("usr/lib/.wh..wh..opq")));

    /// <summary>"Files that are present in the same layer as a whiteout file can only be hidden by whiteout files in subsequent layers."</summary>
    [Fact]
    public async Task Whiteout_InTheNextLayer_HidesWhatWasSpared() =>
        Assert.Equal(["d/"], await UnpackAsync(
            new LayerBytes().File("d/x"),
            new LayerBytes().File("d/x").File("d/.wh.x"),
            new LayerBytes().File("d/.wh.x")));

    [Fact]
    public async Task Whiteout_InTheLowestLayer_HidesNothing() =>
        Assert.Equal(["a/", "a/b"], await UnpackAsync(new LayerBytes().File("a/b").File("a/.wh.b").File("a/.wh..wh..opq").File(".wh.a")));

    [Fact]
    public async Task Whiteout_OfNothing_MakesNothing() =>
        Assert.Equal(["a"], await UnpackAsync(new LayerBytes().File("a"), new LayerBytes().File(".wh.b").File("no/.wh.c").File("no/.wh..wh..opq").File("a/.wh.d")));

    /// <summary>The lower file and the layer's are one inode: only the lower name goes.</summary>
    [Fact]
    public async Task Whiteout_OfTheTargetOfAHardLink_LeavesTheLink() =>
        Assert.Equal(["new"], await UnpackAsync(new LayerBytes().File("old", "x"), new LayerBytes().HardLink("new", "old").File(".wh.old")));

    /// <summary>"If the entry and the existing path are both directories, then the existing path's attributes MUST be replaced."</summary>
    [Fact]
    [Must("layer.md#changeset-over-existing-files-1")]
    public async Task Directory_OverDirectory_KeepsItsChildrenAndTakesTheMode()
    {
        Assert.Equal(["d/", "d/x"], await UnpackAsync(new LayerBytes().Directory("d", "0000700").File("d/x"), new LayerBytes().Directory("d", "0001755")));
        Assert.Equal("1755", FileStat.Mode(_temp.Combine("root", "d")));
    }

    /// <summary>"In all other cases [...] removing the file path [and] recreating" it.</summary>
    [Fact]
    [Must("layer.md#changeset-over-existing-files-2")]
    public async Task Entry_OverAnotherType_ReplacesIt() =>
        Assert.Equal(["a/", "a/x", "b", "c -> d", "d"], await UnpackAsync(
            new LayerBytes().File("a").File("b/x/y").SymbolicLink("d", "b").Directory("c"),
            new LayerBytes().Directory("a").File("a/x").File("b").SymbolicLink("c", "d").File("d")));

    [Fact]
    [Must("layer.md#changeset-over-existing-files-2")]
    public async Task File_OverHardLink_LeavesTheOtherName()
    {
        await UnpackAsync(new LayerBytes().File("a", "old").HardLink("b", "a"), new LayerBytes().File("b", "new"));
        Assert.Equal("old", File.ReadAllText(_temp.Combine("root", "a")));
        Assert.Equal("new", File.ReadAllText(_temp.Combine("root", "b")));
    }

    /// <summary>The directory of the first link's target is another one for the second.</summary>
    [Fact]
    public async Task HardLink_WhoseTargetsParentWasReplaced_FindsTheNewOne()
    {
        Assert.Equal(["d -> e", "e/", "e/f", "x", "y"], await UnpackAsync(
            new LayerBytes().File("d/f", "old").File("e/f", "new").HardLink("x", "d/f").SymbolicLink("d", "e").HardLink("y", "d/f")));
        Assert.Equal("new", File.ReadAllText(_temp.Combine("root", "y")));
    }

    [Fact]
    public async Task HardLink_ToItself_KeepsTheFile()
    {
        Assert.Equal(["a", "b"], await UnpackAsync(new LayerBytes().File("a", "x").HardLink("a", "a").HardLink("b", "a").HardLink("a", "b")));
        Assert.Equal("x", File.ReadAllText(_temp.Combine("root", "a")));
    }

    [Theory]
    [InlineData(".wh.")]
    [InlineData("a/.wh..")]
    [InlineData("a/.wh...")]
    [InlineData(".wh..wh.plnk")]
    [InlineData(".wh..wh..opqx")]
    [InlineData(".wh.a/b")]
    [InlineData("a/.wh..wh..opq/b")]
    public async Task Whiteout_ThatIsNone_IsRefused(string name)
    {
        UnpackException exception = await Assert.ThrowsAsync<UnpackException>(() => UnpackAsync(new LayerBytes().File("a/x"), new LayerBytes().File(name)));
        Assert.Equal(UnpackFailure.InvalidWhiteout, exception.Failure);
    }

    private async Task<string[]> UnpackAsync(params LayerBytes[] layers)
    {
        string root = _temp.Combine("root");
        await LayerBytes.UnpackAsync(root, Options, layers);
        return LayerBytes.List(root);
    }
}
