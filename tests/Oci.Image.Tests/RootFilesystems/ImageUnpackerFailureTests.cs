using Oci.Image.RootFilesystems;
using Oci.Image.Tar;

namespace Oci.Image.Tests.RootFilesystems;

/// <summary>Unpacks that fail leave nothing behind.</summary>
public sealed class ImageUnpackerFailureTests : IDisposable
{
    private readonly TempDirectory _temp = new();
    private readonly string _root;

    public ImageUnpackerFailureTests()
    {
        Requires.Linux();
        _root = _temp.Combine("root");
    }

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task UnpackAsync_TruncatedAnywhere_ThrowsAndLeavesNothing()
    {
        byte[] layer = new LayerBytes().Directory("a", "0000500").File("a/x", "content").SymbolicLink("l", "a").HardLink("h", "a/x").ToArray();
        // Where the input ends between two entries the archive is whole, as GNU tar has it: the DiffID tells otherwise.
        int[] borders = [512, 1536, 2048];
        foreach (int length in Enumerable.Range(1, layer.Length - 1024 - 1).Except(borders))
        {
            await Assert.ThrowsAsync<TarFormatException>(() => UnpackAsync(new MemoryStream(layer, 0, length)));
            Assert.False(Directory.Exists(_root));
        }
    }

    [Fact]
    public async Task UnpackAsync_StreamFails_ThrowsItsExceptionAndLeavesNothing()
    {
        byte[] layer = new LayerBytes().File("a", new string('x', 5000)).ToArray();
        await Assert.ThrowsAsync<IOException>(() => UnpackAsync(new BreakingStream(layer, 2000)));
        Assert.False(Directory.Exists(_root));
    }

    [Fact]
    public async Task UnpackAsync_FailsInAnEmptyDirectory_EmptiesAndKeepsIt()
    {
        Directory.CreateDirectory(_root);
        string mode = FileStat.Mode(_root);
        await Assert.ThrowsAsync<UnpackException>(() => LayerBytes.UnpackAsync(_root, new LayerBytes().Directory("./", "0000711").File("a/b/c").File("../x")));
        Assert.Empty(LayerBytes.List(_root));
        Assert.True(Directory.Exists(_root));
        Assert.Equal(mode, FileStat.Mode(_root));
    }

    [Fact]
    public async Task UnpackAsync_KeepOnFailure_KeepsWhatWasUnpacked()
    {
        await Assert.ThrowsAsync<UnpackException>(() => LayerBytes.UnpackAsync(_root, new UnpackOptions { KeepOnFailure = true }, new LayerBytes().File("a/b").File("../x")));
        Assert.Equal(["a/", "a/b"], LayerBytes.List(_root));
    }

    [Fact]
    public async Task UnpackAsync_TargetNotEmpty_IsRefusedAndUntouched()
    {
        Directory.CreateDirectory(_root);
        File.WriteAllText(Path.Combine(_root, "mine"), "x");
        UnpackException exception = await Assert.ThrowsAsync<UnpackException>(() => LayerBytes.UnpackAsync(_root, new LayerBytes().File("a")));
        Assert.Equal(UnpackFailure.TargetNotEmpty, exception.Failure);
        Assert.Equal(["mine"], LayerBytes.List(_root));
    }

    [Fact]
    public async Task UnpackAsync_TargetIsAFile_IsRefused()
    {
        File.WriteAllText(_root, "x");
        UnpackException exception = await Assert.ThrowsAsync<UnpackException>(() => LayerBytes.UnpackAsync(_root, new LayerBytes().File("a")));
        Assert.Equal(UnpackFailure.FileSystem, exception.Failure);
        Assert.Contains("ENOTDIR", exception.Message);
    }

    [Fact]
    public async Task UnpackAsync_TargetBelowAFile_IsRefused()
    {
        File.WriteAllText(_temp.Combine("file"), "x");
        UnpackException exception = await Assert.ThrowsAsync<UnpackException>(() => LayerBytes.UnpackAsync(_temp.Combine("file", "root"), new LayerBytes().File("a")));
        Assert.Equal(UnpackFailure.FileSystem, exception.Failure);
    }

    [Fact]
    public async Task UnpackAsync_ReadOnlyTarget_IsRefused()
    {
        // sysfs takes no new directories from anyone.
        UnpackException exception = await Assert.ThrowsAsync<UnpackException>(() => LayerBytes.UnpackAsync("/sys/kernel/oci-test", new LayerBytes().File("a")));
        Assert.Equal(UnpackFailure.FileSystem, exception.Failure);
        Assert.IsAssignableFrom<Exception>(exception.InnerException);
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task UnpackAsync_DiskFull_NamesTheWholeEntryAndLeavesNothing()
    {
        Requires.Root();
        string disk = _temp.Combine("disk");
        Directory.CreateDirectory(disk);
        (await ToolResult.RunAsync(Requires.Tool("mount"), ["-t", "tmpfs", "-o", "size=256k", "oci-test", disk])).EnsureSuccess();
        try
        {
            LayerBytes layer = new LayerBytes().File("usr/bin/small").File("usr/bin/large", new string('x', 1_000_000));

            UnpackException exception = await Assert.ThrowsAsync<UnpackException>(() => LayerBytes.UnpackAsync(Path.Combine(disk, "root"), layer));

            Assert.Equal((UnpackFailure.FileSystem, "usr/bin/large"), (exception.Failure, exception.EntryName));
            Assert.Contains("ENOSPC", exception.Message);
            Assert.Empty(Directory.GetFileSystemEntries(disk));
        }
        finally
        {
            (await ToolResult.RunAsync("umount", [disk])).EnsureSuccess();
        }
    }

    [Fact]
    public async Task UnpackAsync_AsDeepAsMayBeAllowed_IsRemovedAgain()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new UnpackOptions { MaxDepth = 1001 });
        string openFiles = File.ReadLines("/proc/self/limits").Single(line => line.StartsWith("Max open files", StringComparison.Ordinal));
        Assert.SkipUnless(int.TryParse(openFiles.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3], out int limit) && limit >= 4096, "Needs 4096 open files.");
        string deepest = string.Join('/', Enumerable.Repeat("d", 1000));
        var options = new UnpackOptions { MaxDepth = 1000 };

        await Assert.ThrowsAsync<UnpackException>(() => LayerBytes.UnpackAsync(_root, options, new LayerBytes().Pax(("path", deepest)).Directory("d").File("../x")));

        Assert.False(Directory.Exists(_root));
    }

    [Fact]
    public async Task UnpackAsync_Cancelled_ThrowsWithTheTokenAndLeavesNothing()
    {
        using var cancellation = new CancellationTokenSource();
        var layer = new LayerBytes();
        for (int i = 0; i < 3000; i++)
        {
            layer.File($"d/{i}");
        }
        var progress = new CallingProgress(_ => cancellation.Cancel());

        OperationCanceledException exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new ImageUnpacker().UnpackTarsAsync([layer.ToStream()], _root, progress, cancellation.Token));

        Assert.Equal(cancellation.Token, exception.CancellationToken);
        Assert.False(Directory.Exists(_root));
    }

    [Fact]
    public async Task UnpackAsync_MoreEntriesThanAllowed_IsRefused()
    {
        var options = new UnpackOptions { MaxEntries = 2 };
        await LayerBytes.UnpackAsync(_temp.Combine("two"), options, new LayerBytes().File("a").File("b"));
        await RefusedAsync(UnpackFailure.TooManyEntries, options, new LayerBytes().File("a"), new LayerBytes().File("b").File("c"));
    }

    [Fact]
    public async Task UnpackAsync_MoreBytesThanAllowed_IsRefusedBeforeTheyAreWritten()
    {
        var options = new UnpackOptions { MaxBytes = 10, KeepOnFailure = true };
        await LayerBytes.UnpackAsync(_temp.Combine("ten"), options, new LayerBytes().File("a", "12345").File("b", "67890"));
        UnpackException exception = await Assert.ThrowsAsync<UnpackException>(() => LayerBytes.UnpackAsync(_root, options, new LayerBytes().File("a", "12345").File("b", "678901")));
        Assert.Equal(UnpackFailure.TooManyBytes, exception.Failure);
        Assert.Equal(["a"], LayerBytes.List(_root));
    }

    [Fact]
    public async Task UnpackAsync_DeeperThanAllowed_IsRefused()
    {
        var options = new UnpackOptions { MaxDepth = 3 };
        await LayerBytes.UnpackAsync(_temp.Combine("three"), options, new LayerBytes().Directory("a/b/c"));
        await RefusedAsync(UnpackFailure.TooDeep, options, new LayerBytes().Directory("a/b/c/d"));
        await RefusedAsync(UnpackFailure.TooDeep, options, new LayerBytes().SymbolicLink("s", "a/b/c").Directory("a/b/c").Directory("s/d"));
        await RefusedAsync(UnpackFailure.TooDeep, options, new LayerBytes().SymbolicLink("s", "a/b/c/d").File("s/f"));
    }

    [Fact]
    public async Task UnpackAsync_AsDeepAsAllowed_UnpacksAndFinishes()
    {
        string deepest = string.Join('/', Enumerable.Repeat("d", 256));
        await LayerBytes.UnpackAsync(_root, new LayerBytes().Pax(("path", deepest)).Directory("d", "0000500"));
        Assert.Equal("500", FileStat.Mode(Path.Combine(_root, deepest)));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("4294967295")]
    [InlineData("99999999999")]
    public async Task UnpackAsync_OwnerThatCannotBe_IsRefused(string uid) =>
        await RefusedAsync(UnpackFailure.InvalidOwner, options: null, new LayerBytes().Pax(("uid", uid)).File("a"));

    [Theory]
    [InlineData('V')]
    [InlineData('M')]
    public async Task UnpackAsync_TypeThatNoLayerHas_IsRefused(char type) =>
        await RefusedAsync(UnpackFailure.UnsupportedEntryType, options: null, new LayerBytes().Add("a", type, "0000644"));

    [Fact]
    public async Task UnpackAsync_HardLinkToNothing_IsRefused()
    {
        await RefusedAsync(UnpackFailure.HardLinkTargetMissing, options: null, new LayerBytes().HardLink("a", "b"));
        await RefusedAsync(UnpackFailure.HardLinkTargetMissing, options: null, new LayerBytes().HardLink("a", "b/c"));
        await RefusedAsync(UnpackFailure.HardLinkTargetMissing, options: null, new LayerBytes().File("a/b").HardLink("a", "a/b"));
    }

    [Fact]
    public async Task UnpackAsync_HardLinkToDirectory_IsRefused()
    {
        await RefusedAsync(UnpackFailure.HardLinkToDirectory, options: null, new LayerBytes().Directory("d").HardLink("a", "d/"));
        await RefusedAsync(UnpackFailure.HardLinkToDirectory, options: null, new LayerBytes().HardLink("a", "./"));
    }

    [Fact]
    public async Task UnpackAsync_SymbolicLinkWithoutTarget_IsRefused() =>
        await RefusedAsync(UnpackFailure.InvalidSymbolicLink, options: null, new LayerBytes().SymbolicLink("a", ""));

    [Fact]
    public async Task UnpackAsync_NameBeyondTheFileSystem_SaysSo()
    {
        UnpackException exception = await RefusedAsync(UnpackFailure.FileSystem, options: null, new LayerBytes().Pax(("path", new string('x', 256))).File("a"));
        Assert.Contains("ENAMETOOLONG", exception.Message);
        await RefusedAsync(UnpackFailure.FileSystem, options: null, new LayerBytes().Pax(("path", new string('x', 256) + "/y")).File("a"));
    }

    private Task<UnpackResult> UnpackAsync(Stream layer) => new ImageUnpacker().UnpackTarsAsync([layer], _root);

    private async Task<UnpackException> RefusedAsync(UnpackFailure failure, UnpackOptions? options, params LayerBytes[] layers)
    {
        UnpackException exception = await Assert.ThrowsAsync<UnpackException>(() => LayerBytes.UnpackAsync(_root, options, layers));
        Assert.Equal(failure, exception.Failure);
        Assert.NotNull(exception.EntryName);
        Assert.False(Directory.Exists(_root));
        return exception;
    }

    private sealed class CallingProgress(Action<UnpackProgress> call) : IProgress<UnpackProgress>
    {
        public void Report(UnpackProgress value) => call(value);
    }

    /// <summary>The start of an archive, then a broken connection.</summary>
    private sealed class BreakingStream(byte[] content, int goodBytes) : MemoryStream(content, 0, goodBytes)
    {
        public override bool CanSeek => false;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int read = Read(buffer.Span);
            return read > 0 ? new(read) : throw new IOException("The connection was reset, says the test.");
        }
    }
}
