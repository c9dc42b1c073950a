using System.Text;
using Oci.Runtime.Linux.Bundles;

namespace Oci.Runtime.Linux.Tests.Bundles;

public class RootReaderTests
{
    public static TheoryData<bool> Ways => [false, true];

    [Theory]
    [MemberData(nameof(Ways))]
    public void Read_FileAndMissingFile_GivesContentOrNull(bool byHand)
    {
        using Root root = new();
        root.Write("etc/passwd", "inside");
        using var reader = new RootReader(root.Path, byHand);

        Assert.Equal("inside", Encoding.UTF8.GetString(reader.Read("etc/passwd", 100)!));
        Assert.Null(reader.Read("etc/group", 100));
        Assert.Null(reader.Read("etc/passwd/x", 100));
        Assert.Null(reader.Read("no/such", 100));
    }

    // Each of these leads outside for a reader that lets the kernel follow it from the root of the host.
    [Theory]
    [InlineData(false, "/secret")]
    [InlineData(true, "/secret")]
    [InlineData(false, "../../../../../secret")]
    [InlineData(true, "../../../../../secret")]
    [InlineData(false, "/etc/../../../secret")]
    [InlineData(true, "/etc/../../../secret")]
    public void Read_LinkThatPointsOut_StaysInside(bool byHand, string target)
    {
        using Root root = new();
        root.Write("secret", "inside");
        Directory.CreateDirectory(Path.Combine(root.Path, "etc"));
        File.CreateSymbolicLink(Path.Combine(root.Path, "etc/passwd"), target);
        using var reader = new RootReader(root.Path, byHand);

        Assert.Equal("inside", Encoding.UTF8.GetString(reader.Read("etc/passwd", 100)!));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Read_LinkToFileOfTheHostAlone_IsMissing(bool byHand)
    {
        using Root root = new();
        string outside = Path.Combine(root.Path, "..", "outside");
        File.WriteAllText(outside, "outside");
        Directory.CreateSymbolicLink(Path.Combine(root.Path, "etc"), Path.GetFullPath(Path.Combine(root.Path, "..")));
        using var reader = new RootReader(root.Path, byHand);

        Assert.Null(reader.Read("etc/outside", 100));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Read_LinkLoop_Throws(bool byHand)
    {
        using Root root = new();
        Directory.CreateSymbolicLink(Path.Combine(root.Path, "etc"), "etc");
        using var reader = new RootReader(root.Path, byHand);

        Assert.Throws<IOException>(() => reader.Read("etc/passwd", 100));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Read_Fifo_IsRefusedWithoutWaiting(bool byHand)
    {
        using Root root = new();
        using var made = System.Diagnostics.Process.Start(Requires.Tool("mkfifo"), [Path.Combine(root.Path, "passwd")]);
        made.WaitForExit();
        using var reader = new RootReader(root.Path, byHand);

        Assert.Contains("not a regular file", Assert.Throws<InvalidDataException>(() => reader.Read("passwd", 100)).Message);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Read_FileAboveCap_Throws(bool byHand)
    {
        using Root root = new();
        root.Write("passwd", new string('x', 101));
        using var reader = new RootReader(root.Path, byHand);

        Assert.Throws<InvalidDataException>(() => reader.Read("passwd", 100));
        Assert.Equal(101, reader.Read("passwd", 101)!.Length);
    }

    private sealed class Root : IDisposable
    {
        private readonly TempDirectory _temp;

        public Root()
        {
            Requires.Linux();
            _temp = new TempDirectory();
            Directory.CreateDirectory(Path);
        }

        public string Path => _temp.Combine("root");

        public void Write(string name, string content)
        {
            string path = System.IO.Path.Combine(Path, name);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            File.WriteAllText(path, content);
        }

        public void Dispose() => _temp.Dispose();
    }
}
