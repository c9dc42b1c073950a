using System.Net.Sockets;
using System.Runtime.Versioning;
using Oci.Image.Changes;
using Oci.Image.RootFilesystems;
using Oci.Image.Tar;

namespace Oci.Image.Tests.Changes;

[SupportedOSPlatform("linux")]
public sealed class ChangePackerTests : IDisposable
{
    private static readonly DateTime Past = DateTime.UnixEpoch.AddSeconds(1_000_000_000);

    private readonly TempDirectory _temp = new();
    private readonly string _before;
    private readonly string _after;

    public ChangePackerTests()
    {
        Requires.Linux();
        _before = Directory.CreateDirectory(_temp.Combine("before")).FullName;
        _after = Directory.CreateDirectory(_temp.Combine("after")).FullName;
    }

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task PackTreesAsync_SameTrees_WritesNothing()
    {
        Plant(_before, "a", "d/e/f");
        Plant(_after, "a", "d/e/f");
        Assert.Empty(await DiffAsync());
    }

    [Fact]
    public async Task PackTreesAsync_DeletedDirectory_IsOneWhiteout()
    {
        Plant(_before, "d/e/f", "d/g", "kept");
        Plant(_after, "kept");
        Assert.Equal([".wh.d"], await DiffAsync());
    }

    [Fact]
    public async Task PackTreesAsync_Directory_HasWhiteoutsBeforeAllElse()
    {
        Plant(_before, "d/a", "d/z");
        Plant(_after, "d/0", "d/b");
        Assert.Equal(["d/", "d/.wh.a", "d/.wh.z", "d/0", "d/b"], await DiffAsync());
    }

    [Fact]
    public async Task PackTreesAsync_ReplacedDirectory_NeedsNoWhiteout()
    {
        Plant(_before, "x/below", "y");
        Plant(_after, "x", "y/below");
        Assert.Equal(["x", "y/", "y/below"], await DiffAsync());
    }

    [Fact]
    public async Task PackTreesAsync_ChangeDeepDown_HasTheDirectoriesOnTheWayWithTheirAttributes()
    {
        Plant(_before, "d/e/f", "d/e/g", "other/x");
        Plant(_after, "d/e/f", "d/e/g", "other/x");
        File.SetLastWriteTimeUtc(Path.Combine(_after, "d/e/f"), Past.AddSeconds(1));
        foreach (string root in (string[])[_before, _after])
        {
            File.SetUnixFileMode(Path.Combine(root, "d"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        byte[] layer = await Trees.DiffAsync(_before, _after, new PackOptions());

        Assert.Equal(["d/", "d/e/", "d/e/f"], await Trees.NamesAsync(layer));
        await using var reader = new TarReader(new MemoryStream(layer));
        await reader.ReadAsync();
        Assert.Equal((0x1C0, new TarTime(1_000_000_000)), (reader.Entry.Mode, reader.Entry.ModifiedTime));
    }

    [Fact]
    public async Task PackTreesAsync_ChangedRoot_HasAnEntry()
    {
        File.SetUnixFileMode(_after, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Plant(_before);
        Plant(_after);
        Assert.Equal(["./"], await DiffAsync());
    }

    [Theory]
    [InlineData("a b c", "a a=b a=c", "a b=>a c=>a")]
    [InlineData("a a=b", "a a=b a=c", "a b=>a c=>a")]
    [InlineData("a a=b a=c", "a a=b", ".wh.c")]
    [InlineData("a a=b a=c", "b b=c", ".wh.a")]
    [InlineData("a a=b", "a b", "b")]
    [InlineData("a a=b c c=d", "a a=c b b=d", "a b c=>a d=>b")]
    [InlineData("a a=b", "c c=d", ".wh.a .wh.b c d=>c")]
    public async Task PackTreesAsync_HardLinks_AreWrittenWholeWhereTheyChanged(string before, string after, string expected)
    {
        await LinkAsync(_before, before);
        await LinkAsync(_after, after);

        Assert.Equal(expected.Split(' '), (await DiffAsync()).Select(name => name.Replace(" => ", "=>", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task PackTreesAsync_NameOfAWhiteout_IsRefused(bool isNew)
    {
        Plant(isNew ? _after : _before, "d/.wh.x");
        Plant(isNew ? _before : _after, "d/y");
        OciImageException exception = await Assert.ThrowsAsync<OciImageException>(DiffAsync);
        Assert.Contains("'d/.wh.x'", exception.Message);
    }

    [Fact]
    public async Task PackTreesAsync_Excluded_IsNeitherAddedNorDeleted()
    {
        Plant(_before, "d/gone", "x/below", "z");
        Plant(_after, "d/new", "z", "w");
        Assert.Equal([".wh.x", "w"], await DiffAsync(new PackOptions { Exclude = path => path == "d" }));
        Assert.Equal(["d/", "d/new"], await DiffAsync(new PackOptions { Exclude = path => path is "x" or "w" or "d/gone" }));
    }

    [Fact]
    public async Task PackTreesAsync_Socket_IsLeftOutAndReported()
    {
        Plant(_before, "s");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(Path.Combine(_after, "s")));
        Plant(_after);

        PackResult? result = null;
        byte[] layer = await Trees.WriteAsync(async tar => result = await new ChangePacker().PackTreesAsync(_before, _after, tar));

        Assert.Equal([".wh.s"], await Trees.NamesAsync(layer));
        Assert.Equal((1L, 1L, 1L, "s"), (result!.Entries, result.Deletions, result.SkippedSockets, result.FirstSkippedSocket));
    }

    [Fact]
    public async Task PackAsync_ContentChangedBehindItsTime_ShowsByDigests()
    {
        Plant(_after, "f", "g");
        TreeSnapshot quick = await TreeSnapshot.CaptureAsync(_after);
        TreeSnapshot thorough = await TreeSnapshot.CaptureAsync(_after, new TreeSnapshotOptions { ContentDigests = true });
        File.WriteAllText(Path.Combine(_after, "f"), "F");
        Plant(_after);
        File.SetLastWriteTimeUtc(Path.Combine(_after, "f"), Past);

        Assert.Empty(await Trees.NamesAsync(await PackAsync(quick)));
        Assert.Equal(["f"], await Trees.NamesAsync(await PackAsync(thorough)));
        TreeChange change = Assert.Single(await new ChangePacker().ListChangesAsync(thorough, _after));
        Assert.Equal((TreeChangeKind.Modified, TreeChangeAspects.Content, "f"), (change.Kind, change.Aspects, change.Path));
    }

    [Fact]
    public async Task ListChangesAsync_Changes_AreThoseOfTheLayer()
    {
        Plant(_after, "d/gone", "d/mode", "d/type", "kept");
        TreeSnapshot before = await TreeSnapshot.CaptureAsync(_after);
        File.Delete(Path.Combine(_after, "d/gone"));
        File.SetUnixFileMode(Path.Combine(_after, "d/mode"), UnixFileMode.UserRead);
        File.Delete(Path.Combine(_after, "d/type"));
        Plant(_after, "d/type/new");

        IReadOnlyList<TreeChange> changes = await new ChangePacker().ListChangesAsync(before, _after);

        Assert.Equal(["D /d/gone", "C /d/mode", "C /d/type", "A /d/type/new"], changes.Select(change => change.ToString()));
        Assert.Equal([TreeChangeAspects.None, TreeChangeAspects.Mode, TreeChangeAspects.Type, TreeChangeAspects.None], changes.Select(change => change.Aspects));
    }

    [Theory]
    [InlineData("write")]
    [InlineData("remove")]
    [InlineData("link")]
    [InlineData("fifo")]
    [InlineData("parent")]
    public async Task PackAsync_TreeIsNoLongerTheCapturedOne_Throws(string how)
    {
        Plant(_before);
        Plant(_after, "d/f");
        TreeSnapshot before = await TreeSnapshot.CaptureAsync(_before);
        TreeSnapshot after = await TreeSnapshot.CaptureAsync(_after);
        string file = Path.Combine(_after, "d/f");
        string script = how switch
        {
            "write" => "echo more >> \"$1\"",
            "remove" => "rm \"$1\"",
            "link" => "rm \"$1\"; ln -s /etc/passwd \"$1\"",
            "fifo" => "rm \"$1\"; mkfifo \"$1\"",
            _ => "mv \"${1%/f}\" \"${1%/f}.away\"; ln -s \"${1%/f}.away\" \"${1%/f}\"",
        };
        (await ToolResult.RunAsync("/bin/sh", ["-c", script, "sh", file])).EnsureSuccess();
        Plant(_after);

        TreeChangedException exception = await Assert.ThrowsAsync<TreeChangedException>(() => Trees.WriteAsync(tar => new ChangePacker().PackAsync(before, after, _after, tar)));

        Assert.Equal(how == "parent" ? "d" : "d/f", exception.Path);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task PackAsync_FileWrittenToWhileItIsRead_Throws(bool grows)
    {
        string file = Path.Combine(_after, "f");
        File.WriteAllBytes(file, new byte[4 << 20]);
        TreeSnapshot before = await TreeSnapshot.CaptureAsync(_before);
        using var destination = new CallingStream(() =>
        {
            using FileStream stream = File.OpenWrite(file);
            stream.Seek(grows ? 0 : -1, SeekOrigin.End);
            stream.WriteByte(1);
        });
        await using var tar = new TarWriter(destination);

        TreeChangedException exception = await Assert.ThrowsAsync<TreeChangedException>(() => new ChangePacker().PackAsync(before, _after, tar));

        Assert.Equal("f", exception.Path);
    }

    [Fact]
    public async Task PackAsync_Cancelled_GivesTheCallersToken()
    {
        Plant(_after, "f");
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();
        TreeSnapshot before = await TreeSnapshot.CaptureAsync(_before);
        OperationCanceledException exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new ChangePacker().PackAsync(before, _after, new TarWriter(Stream.Null), cancellation.Token));
        Assert.Equal(cancellation.Token, exception.CancellationToken);
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task PackAsync_MappedOwners_AreTurnedBack()
    {
        Requires.Root();
        byte[] lower = await Trees.WriteAsync(async tar =>
        {
            await tar.WriteEntryAsync(new() { Type = TarEntryType.Directory, Name = "d/"u8.ToArray(), Mode = 0x1ED, Uid = 1, Gid = 2 });
            await tar.WriteEntryAsync(new() { Name = "d/f"u8.ToArray(), Uid = 3, Gid = 4 });
        });
        IdMapping[] mappings = [new(0, 100_000, 1000)];
        string root = _temp.Combine("root");
        await new ImageUnpacker(new UnpackOptions { UidMappings = mappings, GidMappings = mappings }).UnpackTarsAsync([new MemoryStream(lower)], root);
        var options = new PackOptions { UidMappings = mappings, GidMappings = mappings };
        TreeSnapshot before = await Trees.ApplyAsync(lower);
        File.AppendAllText(Path.Combine(root, "d/f"), "more");

        byte[] layer = await Trees.WriteAsync(tar => new ChangePacker(options).PackAsync(before, root, tar));

        await using var reader = new TarReader(new MemoryStream(layer));
        Assert.True(await reader.ReadAsync());
        Assert.Equal(("d/", 1L, 2L), (reader.Entry.ToString(), reader.Entry.Uid, reader.Entry.Gid));
        Assert.True(await reader.ReadAsync());
        Assert.Equal(("d/f", 3L, 4L), (reader.Entry.ToString(), reader.Entry.Uid, reader.Entry.Gid));
        File.WriteAllText(Path.Combine(root, "of-the-machine"), "");
        OciImageException exception = await Assert.ThrowsAsync<OciImageException>(() => new ChangePacker(options).ListChangesAsync(before, root));
        Assert.Contains("'of-the-machine'", exception.Message);
    }

    private Task<byte[]> PackAsync(TreeSnapshot before) => Trees.WriteAsync(tar => new ChangePacker().PackAsync(before, _after, tar));

    private Task<string[]> DiffAsync() => DiffAsync(new PackOptions());

    private async Task<string[]> DiffAsync(PackOptions options) => await Trees.NamesAsync(await Trees.DiffAsync(_before, _after, options));

    /// <summary>Makes files, with their names as content, and gives all in a tree one time.</summary>
    private static void Plant(string root, params string[] files)
    {
        foreach (string file in files)
        {
            string path = Path.Combine(root, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, file);
        }
        foreach (string path in Directory.EnumerateFileSystemEntries(root, "*", SearchOption.AllDirectories).Append(root).Where(path => new FileInfo(path) is not { LinkTarget: not null }).Reverse())
        {
            if (Directory.Exists(path) || (File.Exists(path) && new FileInfo(path).Length > 0))
            {
                File.SetLastWriteTimeUtc(path, Past);
            }
        }
    }

    /// <summary>Makes files of a list such as <c>a a=b c</c>: b is a hardlink of a, and all have the same content.</summary>
    private static async Task LinkAsync(string root, string files)
    {
        foreach (string file in files.Split(' '))
        {
            string[] names = file.Split('=');
            if (names.Length == 1)
            {
                File.WriteAllText(Path.Combine(root, file), "x");
            }
            else
            {
                (await ToolResult.RunAsync("ln", [Path.Combine(root, names[0]), Path.Combine(root, names[1])])).EnsureSuccess();
            }
        }
        Plant(root);
    }
}
