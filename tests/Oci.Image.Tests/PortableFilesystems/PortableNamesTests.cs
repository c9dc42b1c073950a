using Oci.Image.PortableFilesystems;
using Oci.Image.Tar;

namespace Oci.Image.Tests.PortableFilesystems;

/// <summary>"Naming Files, Paths, and Namespaces" of Windows, and the spelling of WSL for what it reserves.</summary>
public sealed class PortableNamesTests
{
    private readonly PortableNames _windows = new(reserved: true, ignoreCase: true);

    [Theory]
    [InlineData("plain.txt", "plain.txt")]
    [InlineData("File::Find.3pm.gz", "File\uF03A\uF03AFind.3pm.gz")]
    [InlineData("a<b>c\"d|e?f*g", "a\uF03Cb\uF03Ec\uF022d\uF07Ce\uF03Ff\uF02Ag")]
    [InlineData("back\\slash", "back\uF05Cslash")]
    [InlineData("\u0001\u001f", "\uF001\uF01F")]
    [InlineData("dot.", "dot\uF02E")]
    [InlineData("space ", "space\uF020")]
    [InlineData("con", "\uF063on")]
    [InlineData("AUX.c", "\uF041UX.c")]
    [InlineData("NUL .txt", "\uF04EUL .txt")]
    [InlineData("com1", "\uF063om1")]
    [InlineData("conin$", "\uF063onin$")]
    [InlineData("console", "console")]
    [InlineData(".hidden", ".hidden")]
    [InlineData("in the middle.", "in the middle\uF02E")]
    public void Encode_NameOfLinux_IsWhatWindowsCanHave(string name, string expected)
    {
        Assert.Equal(expected, _windows.Encode(name));
        Assert.Equal(name, _windows.Decode(expected));
    }

    [Fact]
    public void Encode_WhereNothingIsReserved_IsTheName()
    {
        var names = new PortableNames(reserved: false, ignoreCase: true);
        Assert.Equal("a:b.", names.Encode("a:b."));
        Assert.Equal("a\uF03Ab", names.Decode("a\uF03Ab"));
    }

    [Fact]
    public void Fold_NamesThatDifferInCase_AreOne()
    {
        Assert.Equal(_windows.Fold("README"), _windows.Fold("readme"));
        var exact = new PortableNames(reserved: true, ignoreCase: false);
        Assert.NotEqual(exact.Fold("README"), exact.Fold("readme"));
    }

    [Fact]
    public void Reserve_TwoNamesWithOneSpelling_AreBothKept()
    {
        var directory = new PortableNode(parent: null, "", "d", TarEntryType.Directory);

        Assert.Equal(Path.Combine("d", "a\uF03Ab"), directory.Reserve("a:b", _windows));
        Assert.Equal(Path.Combine("d", "a\uF03Ab~1"), directory.Reserve("a\uF03Ab", _windows));
        Assert.Equal(Path.Combine("d", "A\uF03AB~2"), directory.Reserve("A:B", _windows));
    }

    [Fact]
    public void Of_ThisFileSystem_LeavesNothingBehind()
    {
        using var temp = new TempDirectory();
        PortableNames names = PortableNames.Of(temp.Path);
        Assert.Equal("a", names.Encode("a"));
        Assert.Empty(Directory.GetFileSystemEntries(temp.Path));
    }
}
