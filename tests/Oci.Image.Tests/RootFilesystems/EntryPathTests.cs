using System.Text;
using Oci.Image.RootFilesystems;

namespace Oci.Image.Tests.RootFilesystems;

public sealed class EntryPathTests
{
    [Theory]
    [InlineData("a", ".", "a", 1)]
    [InlineData("./a", ".", "a", 1)]
    [InlineData("usr/bin/env", "usr/bin", "env", 3)]
    [InlineData("./usr//./bin/env/", "usr/bin", "env", 3)]
    [InlineData("a\\b/c", "a\\b", "c", 2)]
    [InlineData("...", ".", "...", 1)]
    [InlineData("a/..b/c..", "a/..b", "c..", 3)]
    public void Set_Name_IsCutIntoParentAndLeaf(string name, string parent, string leaf, int depth)
    {
        var path = new EntryPath();
        path.Set("something/longer/before"u8, allowAbsolute: false);

        Assert.Null(path.Set(Encoding.UTF8.GetBytes(name), allowAbsolute: false));
        Assert.Equal(parent + "\0", Encoding.UTF8.GetString(path.Parent));
        Assert.Equal(leaf + "\0", Encoding.UTF8.GetString(path.Leaf));
        Assert.Equal(depth, path.Depth);
        Assert.False(path.IsRoot);
    }

    [Theory]
    [InlineData(".")]
    [InlineData("./")]
    [InlineData("/")]
    [InlineData(".//.")]
    public void Set_NameOfTheRoot_IsRoot(string name)
    {
        var path = new EntryPath();
        Assert.Null(path.Set(Encoding.UTF8.GetBytes(name), allowAbsolute: false));
        Assert.True(path.IsRoot);
    }

    [Theory]
    [InlineData("", UnpackFailure.InvalidName)]
    [InlineData("a\0b", UnpackFailure.InvalidName)]
    [InlineData("..", UnpackFailure.ParentTraversal)]
    [InlineData("a/../b", UnpackFailure.ParentTraversal)]
    [InlineData("a/b/..", UnpackFailure.ParentTraversal)]
    [InlineData("/..", UnpackFailure.ParentTraversal)]
    [InlineData("/etc/passwd", UnpackFailure.AbsoluteName)]
    public void Set_NameThatNoLayerNeeds_IsRefused(string name, UnpackFailure expected) =>
        Assert.Equal(expected, new EntryPath().Set(Encoding.UTF8.GetBytes(name), allowAbsolute: false));

    [Fact]
    public void Set_AbsoluteNameAllowed_LosesItsSlash()
    {
        var path = new EntryPath();
        Assert.Null(path.Set("/etc/passwd"u8, allowAbsolute: true));
        Assert.Equal("etc\0"u8, path.Parent);
        Assert.Equal("passwd\0"u8, path.Leaf);
    }

    [Fact]
    public void Set_LongName_Fits()
    {
        string parent = string.Join('/', Enumerable.Repeat(new string('x', 200), 40));
        var path = new EntryPath();
        Assert.Null(path.Set(Encoding.UTF8.GetBytes(parent + "/leaf"), allowAbsolute: false));
        Assert.Equal(parent + "\0", Encoding.UTF8.GetString(path.Parent));
    }
}
