using System.Text;
using Oci.Common.Linux;
using Oci.Image.RootFilesystems;

namespace Oci.Image.Tests.RootFilesystems;

public sealed class ImageUnpackerAttributeTests : IDisposable
{
    private readonly TempDirectory _temp = new();
    private readonly string _root;

    public ImageUnpackerAttributeTests()
    {
        Requires.Linux();
        _root = _temp.Combine("root");
    }

    public void Dispose()
    {
        // .NET cannot name a file whose name is not UTF-8, nor look into a directory that is closed.
        using (RootDirectory directory = RootDirectory.Open(_temp.Path))
        {
            new TreeRemover(directories: null).RemoveChildren(directory.Handle, inode: 0);
        }
        _temp.Dispose();
    }

    /// <summary>What GNU tar packs and unpacks, and what we unpack of it, must be the same files.</summary>
    [Theory]
    [Must("layer.md#file-attributes-1")]
    [Trait("Needs", "root")]
    [InlineData("pax", "0.0")]
    [InlineData("pax", "0.1")]
    [InlineData("pax", "1.0")]
    [InlineData("gnu", "")]
    public async Task UnpackAsync_TreeOfEveryKind_EqualsGnuTars(string format, string sparse)
    {
        Requires.Root();
        string tar = Requires.Tool("tar");
        string tree = _temp.Combine("tree");
        string expected = _temp.Combine("expected");
        string archive = _temp.Combine("layer.tar");
        Directory.CreateDirectory(expected);
        const string Script = """
            set -e
            mkdir -p "$1/bin" "$1/closed/inner" "$1/dev" "$1/sticky"
            cd "$1"
            printf hello > bin/suid; chown 12:34 bin/suid; chmod 4755 bin/suid
            printf caps > bin/caps
            ln bin/caps bin/second; ln -s ../bin/suid closed/link; chown -h 56:78 closed/link
            mkfifo -m 620 dev/fifo; mknod -m 640 dev/null c 1 3; mknod -m 600 dev/disk b 259 1048575; chown 9:10 dev/null
            chmod 1777 sticky; chmod 2750 closed/inner; chmod 0 closed; chown 1000:1000 closed
            truncate -s 3M sparse; printf middle | dd of=sparse bs=1 seek=1500000 conv=notrunc status=none
            truncate -s 1M hole; printf 'first' > "$(printf 'na\377me')"; : > empty
            touch -h -d '2001-02-03 04:05:06.123456789' closed/link bin/suid dev/fifo
            touch -d '1969-12-31 12:00:00.5' empty; touch -d '2040-01-01 00:00:00.000000001' sticky closed bin .
            """;
        (await ToolResult.RunAsync("/bin/sh", ["-c", Script, "sh", tree])).EnsureSuccess();
        SetXattr(Path.Combine(tree, "bin", "caps"), "security.capability", Convert.FromHexString("0100000200040000000000000000000000000000"));
        string[] version = sparse.Length > 0 ? ["--sparse-version", sparse] : [];
        string[] xattrs = format == "pax" ? ["--xattrs", "--xattrs-include=*"] : [];
        (await ToolResult.RunAsync(tar, ["-C", tree, "-cf", archive, "--format", format, "--sparse", .. version, .. xattrs, "--numeric-owner", "."])).EnsureSuccess();
        (await ToolResult.RunAsync(tar, ["-C", expected, "-xpf", archive, "--numeric-owner", .. xattrs])).EnsureSuccess();

        UnpackResult result = await new ImageUnpacker().UnpackTarsAsync([File.OpenRead(archive)], _root);

        Assert.Empty(result.Notices);
        Assert.Equal(await DescribeAsync(expected), await DescribeAsync(_root));
        Assert.True(FileStat.Of(Path.Combine(_root, "sparse")).stx_blocks * 512 < 100_000, "The holes of the file were written out.");
        Assert.Equal(0u, FileStat.Of(Path.Combine(_root, "hole")).stx_blocks);
        Assert.Equal(FileStat.Of(Path.Combine(_root, "bin", "caps")).stx_ino, FileStat.Of(Path.Combine(_root, "bin", "second")).stx_ino);
        if (format == "pax")
        {
            // The other format has whole seconds only, and no attributes.
            Assert.Equal(await DescribeAsync(tree), await DescribeAsync(_root));
            Assert.Equal("0100000200040000000000000000000000000000", Convert.ToHexString(GetXattr(Path.Combine(_root, "bin", "caps"), "security.capability")!));
        }
    }

    [Fact]
    public async Task UnpackAsync_ReadOnlyDirectory_IsFilledAndThenClosed()
    {
        await LayerBytes.UnpackAsync(_root, new LayerBytes().Directory("./", "0000711").Directory("d", "0000555").File("d/x", mode: "0000400"), new LayerBytes().File("d/y"));

        Assert.Equal("711", FileStat.Mode(_root));
        Assert.Equal("555", FileStat.Mode(Path.Combine(_root, "d")));
        Assert.Equal(["d/", "d/x", "d/y"], LayerBytes.List(_root));
    }

    [Fact]
    public async Task UnpackAsync_NoEntryForParentOrRoot_GivesThem0755()
    {
        await LayerBytes.UnpackAsync(_root, new LayerBytes().File("a/b/c"));

        Assert.Equal(["755", "755", "755"], [FileStat.Mode(_root), FileStat.Mode(Path.Combine(_root, "a")), FileStat.Mode(Path.Combine(_root, "a", "b"))]);
    }

    [Fact]
    public async Task UnpackAsync_Times_AreKeptToTheNanosecond()
    {
        await LayerBytes.UnpackAsync(_root, new LayerBytes()
            .Pax(("mtime", "981173106.123456789")).Directory("d")
            .Pax(("mtime", "-0.5"), ("atime", "77.25")).File("d/f", "x")
            .Pax(("mtime", "1.000000001")).SymbolicLink("d/l", "f"));

        Assert.Equal((981173106L, 123456789u), Modified("d"));
        Assert.Equal((-1L, 500000000u), Modified("d/f"));
        Assert.Equal((1L, 1u), Modified("d/l"));
        Assert.Equal((77L, 250000000u), Time(FileStat.Of(Path.Combine(_root, "d/f")).stx_atime));
    }

    [Fact]
    public async Task UnpackAsync_UserXattrs_AreKeptAsBytes()
    {
        await LayerBytes.UnpackAsync(_root, new LayerBytes()
            .Pax(("SCHILY.xattr.user.bin", "\0\u00ff=\n")).File("f")
            .Pax(("SCHILY.xattr.user.dir", "x")).Directory("d"));
        SkipWithoutUserXattrs();

        Assert.Equal(new byte[] { 0, 0xff, (byte)'=', (byte)'\n' }, GetXattr(Path.Combine(_root, "f"), "user.bin"));
        Assert.Equal("x"u8.ToArray(), GetXattr(Path.Combine(_root, "d"), "user.dir"));
    }

    [Fact]
    [Must("layer.md#changeset-over-existing-files-1")]
    public async Task UnpackAsync_DirectoryOverDirectory_LosesTheLowerXattrs()
    {
        await LayerBytes.UnpackAsync(_root, new LayerBytes().Pax(("SCHILY.xattr.user.old", "x"), ("SCHILY.xattr.user.both", "1")).Directory("d"),
            new LayerBytes().Pax(("SCHILY.xattr.user.both", "2")).Directory("d"));
        SkipWithoutUserXattrs();

        Assert.Null(GetXattr(Path.Combine(_root, "d"), "user.old"));
        Assert.Equal("2"u8.ToArray(), GetXattr(Path.Combine(_root, "d"), "user.both"));
    }

    [Fact]
    public async Task UnpackAsync_XattrsOfTheMachineItComesFrom_AreLeftOutAndReported()
    {
        UnpackResult result = await LayerBytes.UnpackAsync(_root, new LayerBytes()
            .Pax(("SCHILY.xattr.trusted.overlay.opaque", "y"), ("SCHILY.xattr.user.overlay.redirect", "/x"), ("SCHILY.xattr.security.selinux", "l"), ("SCHILY.xattr.user.rootlesscontainers", "x"))
            .Directory("d"));

        UnpackNotice notice = Assert.Single(result.Notices);
        Assert.Equal((UnpackNoticeKind.XattrLeftOut, 4L, "d"), (notice.Kind, notice.Count, notice.FirstEntry));
    }

    [Fact]
    public async Task UnpackAsync_Record_NotesOwnersThatAreNotRoot()
    {
        UnpackResult result = await LayerBytes.UnpackAsync(_root, new UnpackOptions { Ownership = OwnershipPolicy.Record }, new LayerBytes()
            .Add("mine", '0', "0000644", owner: "0000001").Add("dir", '5', "0000755", owner: "0001750").File("roots").Add("link", '2', "0000777", link: "x", owner: "0000001"));
        SkipWithoutUserXattrs();

        Assert.Equal("08011001", Convert.ToHexString(GetXattr(Path.Combine(_root, "mine"), "user.rootlesscontainers")!));
        Assert.Equal("08E80710E807", Convert.ToHexString(GetXattr(Path.Combine(_root, "dir"), "user.rootlesscontainers")!));
        Assert.Null(GetXattr(Path.Combine(_root, "roots"), "user.rootlesscontainers"));
        Assert.Equal(Libc.Geteuid(), FileStat.Of(Path.Combine(_root, "mine")).stx_uid);
        Assert.Equal([(UnpackNoticeKind.OwnerRecorded, 2L), (UnpackNoticeKind.OwnerLost, 1L)], result.Notices.Select(notice => (notice.Kind, notice.Count)));
    }

    [Fact]
    public async Task UnpackAsync_Ignore_LeavesOwnersAndSaysNothing()
    {
        UnpackResult result = await LayerBytes.UnpackAsync(_root, new UnpackOptions { Ownership = OwnershipPolicy.Ignore }, new LayerBytes().Add("f", '0', "0000644", owner: "0000001"));

        Assert.Empty(result.Notices);
        Assert.Equal(Libc.Geteuid(), FileStat.Of(Path.Combine(_root, "f")).stx_uid);
        Assert.Null(GetXattr(Path.Combine(_root, "f"), "user.rootlesscontainers"));
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task UnpackAsync_Mappings_ShiftOwnersAndRecordTheRest()
    {
        Requires.Root();
        var options = new UnpackOptions { UidMappings = [new(0, 100_000, 1000)], GidMappings = [new(0, 200_000, 1000)] };
        UnpackResult result = await LayerBytes.UnpackAsync(_root, options, new LayerBytes()
            .File("implied/roots").Add("user", '0', "0004755", owner: "0000005").Add("beyond", '0', "0000644", owner: "0001750"));

        Assert.Equal((100_000u, 200_000u), Owner("implied/roots"));
        Assert.Equal((100_000u, 200_000u), Owner("implied"));
        Assert.Equal((100_000u, 200_000u), Owner("."));
        Assert.Equal((100_005u, 200_005u), Owner("user"));
        Assert.Equal("4755", FileStat.Mode(Path.Combine(_root, "user")));
        Assert.Equal((0u, 0u), Owner("beyond"));
        Assert.Equal("08E80710E807", Convert.ToHexString(GetXattr(Path.Combine(_root, "beyond"), "user.rootlesscontainers")!));
        Assert.Equal([UnpackNoticeKind.OwnerRecorded], result.Notices.Select(notice => notice.Kind));
    }

    [Fact]
    public async Task UnpackAsync_PreserveByAnOrdinaryUser_IsRefused()
    {
        Requires.OrdinaryUser();
        UnpackException exception = await Assert.ThrowsAsync<UnpackException>(() => LayerBytes.UnpackAsync(_root, new UnpackOptions { Ownership = OwnershipPolicy.Preserve }, new LayerBytes().File("f")));
        Assert.Equal(UnpackFailure.FileSystem, exception.Failure);
        Assert.Contains("EPERM", exception.Message);
    }

    [Fact]
    public async Task UnpackAsync_DeviceByAnOrdinaryUser_IsAnEmptyFileAndReported()
    {
        Requires.OrdinaryUser();
        UnpackResult result = await LayerBytes.UnpackAsync(_root, new LayerBytes().Add("dev/null", '3', "0000666", device: "0000001").Fifo("dev/fifo"));

        Assert.Contains(result.Notices, notice => notice is { Kind: UnpackNoticeKind.DeviceReplaced, Count: 1, FirstEntry: "dev/null" });
        Assert.Equal((Libc.S_IFREG, "666"), (FileStat.Of(Path.Combine(_root, "dev/null")).Type, FileStat.Mode(Path.Combine(_root, "dev/null"))));
        Assert.Equal(Libc.S_IFIFO, FileStat.Of(Path.Combine(_root, "dev/fifo")).Type);
    }

    [Fact]
    public async Task UnpackAsync_CapabilityByAnOrdinaryUser_IsReported()
    {
        Requires.OrdinaryUser();
        UnpackResult result = await LayerBytes.UnpackAsync(_root, new LayerBytes().Pax(("SCHILY.xattr.security.capability", "\u0001\0\0\u0002\0\u0004\0\0\0\0\0\0\0\0\0\0\0\0\0\0")).File("f"));

        Assert.Contains(result.Notices, notice => notice is { Kind: UnpackNoticeKind.XattrRefused, Count: 1, FirstEntry: "f" });
    }

    private static async Task<string> DescribeAsync(string directory)
    {
        const string Script = """
            cd "$1" && export LC_ALL=C
            find . -printf '%y %m %U:%G %s %T@ %n %l %p\n' | awk '$1 == "d" { $4 = "-" } { print }' | sort -k 8
            find . -type f -exec sha256sum {} + | sort -k 2
            find . -type b -o -type c | sort | xargs stat -c '%n %t:%T'
            """;
        return (await ToolResult.RunAsync("/bin/sh", ["-c", Script, "sh", directory])).EnsureSuccess().Output;
    }

    private void SkipWithoutUserXattrs()
    {
        string probe = _temp.Combine("probe");
        File.WriteAllText(probe, "");
        Errno errno = Libc.Lsetxattr(Terminate(probe), "user.probe\0"u8, "x"u8);
        Assert.SkipWhen(errno == Errno.EOPNOTSUPP, "Needs user.* extended attributes, which this file system lacks.");
    }

    private static void SetXattr(string path, string name, byte[] value) =>
        Libc.Lsetxattr(Terminate(path), Terminate(name), value).ThrowIfFailed("lsetxattr", path);

    private static byte[]? GetXattr(string path, string name)
    {
        var value = new byte[256];
        Errno errno = Libc.Lgetxattr(Terminate(path), Terminate(name), value, out int length);
        return errno == Errno.None ? value[..length] : null;
    }

    private (uint Uid, uint Gid) Owner(string name)
    {
        Libc.FileStatus status = FileStat.Of(Path.Combine(_root, name));
        return (status.stx_uid, status.stx_gid);
    }

    private (long Seconds, uint Nanoseconds) Modified(string name) => Time(FileStat.Of(Path.Combine(_root, name)).stx_mtime);

    private static (long Seconds, uint Nanoseconds) Time(Libc.StatxTimestamp time) => (time.tv_sec, time.tv_nsec);

    private static byte[] Terminate(string text) => Encoding.UTF8.GetBytes(text + '\0');
}
