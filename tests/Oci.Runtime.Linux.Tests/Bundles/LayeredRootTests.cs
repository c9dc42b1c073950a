using System.Text;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Runtime.Linux.Bundles;

namespace Oci.Runtime.Linux.Tests.Bundles;

public sealed class LayeredRootTests : IDisposable
{
    private readonly TempDirectory _temp = new();

    public LayeredRootTests() => Requires.Linux();

    public void Dispose() => _temp.Dispose();

    private string[] Layers => [_temp.Combine("top"), _temp.Combine("low")];

    [Fact]
    public void Read_InBoth_IsThatOfTheTop()
    {
        Write("low", "low");
        Write("top", "top");

        Assert.Equal("top", Read());
    }

    [Fact]
    public void Read_OnlyBelow_IsThat()
    {
        Write("low", "low");
        Directory.CreateDirectory(_temp.Combine("top", "etc"));

        Assert.Equal("low", Read());
    }

    [Fact]
    public void Read_Missing_IsNull()
    {
        Directory.CreateDirectory(_temp.Combine("top"));
        Directory.CreateDirectory(_temp.Combine("low"));

        Assert.Null(Read());
    }

    [Fact]
    public void Read_WhiteoutOfTheFile_IsNull()
    {
        Write("low", "low");
        Directory.CreateDirectory(_temp.Combine("top", "etc"));
        WhiteOut("top", "etc", "passwd");

        Assert.Null(Read());
    }

    [Fact]
    public void Read_WhiteoutOfTheDirectory_IsNull()
    {
        Write("low", "low");
        Directory.CreateDirectory(_temp.Combine("top"));
        WhiteOut("top", "etc");

        Assert.Null(Read());
    }

    [Fact]
    public void Read_OpaqueDirectory_IsNull()
    {
        Write("low", "low");
        string etc = Directory.CreateDirectory(_temp.Combine("top", "etc")).FullName;
        Assert.Equal(Errno.None, Libc.Openat(Libc.AT_FDCWD, Encoding.UTF8.GetBytes(etc + '\0'), Libc.O_RDONLY | Libc.O_DIRECTORY, 0, out SafeFileHandle? opened));
        using SafeFileHandle directory = opened!;
        Assert.Equal(Errno.None, Libc.Fsetxattr(directory, "user.overlay.opaque\0"u8, "y"u8));

        Assert.Null(Read());
    }

    [Fact]
    public void Read_LinkOutOfTheRoot_StaysInTheLayer()
    {
        Write("low", "low");
        Directory.CreateDirectory(_temp.Combine("top", "etc"));
        File.CreateSymbolicLink(_temp.Combine("top", "etc", "passwd"), "../../../../../../etc/hostname");

        Assert.Equal("low", Read());
    }

    private string? Read() => LayeredRoot.Read(Layers, "etc/passwd", 1000) is byte[] content ? Encoding.UTF8.GetString(content) : null;

    private void Write(string layer, string content)
    {
        Directory.CreateDirectory(_temp.Combine(layer, "etc"));
        Directory.CreateDirectory(_temp.Combine("top"));
        File.WriteAllText(_temp.Combine(layer, "etc", "passwd"), content);
    }

    private void WhiteOut(params string[] path) =>
        Assert.Equal(Errno.None, Libc.Mknodat(Libc.AT_FDCWD, Encoding.UTF8.GetBytes(_temp.Combine(path) + '\0'), Libc.S_IFCHR, 0));
}
