using System.Collections.Concurrent;
using System.Runtime.Versioning;
using Oci.Distribution.Artifacts;
using Oci.Image;
using Oci.Image.Manifests;

namespace Oci.Distribution.Tests.Artifacts;

public sealed class ArtifactUnpackerTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly MemoryContentStore _store = new();

    private string Target => _directory.Combine("to");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [UnsupportedOSPlatform("windows")]
    public async Task Unpack_WhatWasPacked_IsTheSame(bool isPortable)
    {
        SkipUnlessItCan(isPortable);
        Directory.CreateDirectory(_directory.Combine("site", "css", "empty"));
        await File.WriteAllTextAsync(_directory.Combine("site", "css", "main.css"), "body {}");
        File.CreateSymbolicLink(_directory.Combine("site", "style.css"), "css/main.css");
        File.SetUnixFileMode(_directory.Combine("site", "css", "main.css"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        await PackAsync(ArtifactFile.FromDirectory(_directory.Combine("site"), "www/site"), ArtifactFile.FromBytes("www/read.me", "read me"u8.ToArray()), ArtifactFile.FromBytes("empty", default));
        var reports = new ConcurrentQueue<ArtifactProgress>();
        Directory.CreateDirectory(Target);
        await File.WriteAllTextAsync(Path.Combine(Target, "own"), "stays");

        UnpackedArtifact result = await ArtifactUnpacker.UnpackAsync(_store, "v1", Target, new() { IsPortable = isPortable }, new Collector(reports));

        Assert.Equal(3, result.Files.Count);
        Assert.Equal(["empty", "own", "www"], Directory.EnumerateFileSystemEntries(Target).Select(Path.GetFileName).Order());
        Assert.Equal("body {}", await File.ReadAllTextAsync(Path.Combine(Target, "www", "site", "style.css")));
        Assert.Equal("css/main.css", new FileInfo(Path.Combine(Target, "www", "site", "style.css")).LinkTarget);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(Target, "www", "site", "css", "main.css")));
        Assert.True(Directory.Exists(Path.Combine(Target, "www", "site", "css", "empty")));
        Assert.Equal("read me", await File.ReadAllTextAsync(Path.Combine(Target, "www", "read.me")));
        Assert.Contains(reports, report => report is { Title: "www/read.me", Bytes: 7, Size: 7 });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Unpack_OverWhatIsThere_IsRefusedBeforeAnythingIsWritten_OrReplacesIt(bool isPortable)
    {
        SkipUnlessItCan(isPortable);
        await PackAsync(ArtifactFile.FromBytes("a", "new a"u8.ToArray()), ArtifactFile.FromBytes("b/c", "new c"u8.ToArray()));
        Directory.CreateDirectory(Path.Combine(Target, "b"));
        await File.WriteAllTextAsync(Path.Combine(Target, "b", "c"), "old c");

        var e = await Assert.ThrowsAsync<ArtifactException>(() => UnpackAsync(new() { IsPortable = isPortable }));
        Assert.Equal("b/c", e.Title);
        Assert.Equal(["b"], Directory.EnumerateFileSystemEntries(Target).Select(Path.GetFileName));

        await UnpackAsync(new() { IsPortable = isPortable, Overwrite = true });
        Assert.Equal("new c", await File.ReadAllTextAsync(Path.Combine(Target, "b", "c")));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Unpack_ThroughALinkOfTheDirectory_IsRefusedAndWritesNothingBehindIt(bool isPortable, bool overwrite)
    {
        SkipUnlessItCan(isPortable);
        Directory.CreateDirectory(Target);
        string outside = Directory.CreateDirectory(_directory.Combine("outside")).FullName;
        Directory.CreateSymbolicLink(Path.Combine(Target, "link"), outside);
        await PackAsync(ArtifactFile.FromBytes("first", "1"u8.ToArray()), ArtifactFile.FromBytes("link/file", "evil"u8.ToArray()));

        var e = await Assert.ThrowsAsync<ArtifactException>(() => UnpackAsync(new() { IsPortable = isPortable, Overwrite = overwrite }));

        Assert.Contains("Links are not followed", e.Message);
        Assert.Empty(Directory.EnumerateFileSystemEntries(outside));
        Assert.Equal(["link"], Directory.EnumerateFileSystemEntries(Target).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Unpack_OverALink_ReplacesTheLinkAndNotWhatItLeadsTo(bool isPortable)
    {
        SkipUnlessItCan(isPortable);
        Directory.CreateDirectory(Target);
        await File.WriteAllTextAsync(_directory.Combine("victim"), "mine");
        File.CreateSymbolicLink(Path.Combine(Target, "file"), _directory.Combine("victim"));
        File.CreateSymbolicLink(Path.Combine(Target, "dangling"), _directory.Combine("absent"));
        await PackAsync(ArtifactFile.FromBytes("file", "theirs"u8.ToArray()), ArtifactFile.FromBytes("dangling", "theirs"u8.ToArray()));

        await Assert.ThrowsAsync<ArtifactException>(() => UnpackAsync(new() { IsPortable = isPortable }));
        await UnpackAsync(new() { IsPortable = isPortable, Overwrite = true });

        Assert.Equal("mine", await File.ReadAllTextAsync(_directory.Combine("victim")));
        Assert.False(File.Exists(_directory.Combine("absent")));
        Assert.Null(new FileInfo(Path.Combine(Target, "file")).LinkTarget);
        Assert.Equal("theirs", await File.ReadAllTextAsync(Path.Combine(Target, "dangling")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Unpack_OfADirectoryOverOne_ReplacesFilesAndLeavesTheRest(bool isPortable)
    {
        SkipUnlessItCan(isPortable);
        Directory.CreateDirectory(_directory.Combine("site", "css"));
        await File.WriteAllTextAsync(_directory.Combine("site", "css", "main.css"), "new");
        File.CreateSymbolicLink(_directory.Combine("site", "link"), "css/main.css");
        Directory.CreateDirectory(_directory.Combine("site", "added"));
        await PackAsync(ArtifactFile.FromDirectory(_directory.Combine("site")));
        Directory.CreateDirectory(Path.Combine(Target, "site", "css"));
        await File.WriteAllTextAsync(Path.Combine(Target, "site", "css", "main.css"), "old");
        await File.WriteAllTextAsync(Path.Combine(Target, "site", "css", "own.css"), "own");

        await UnpackAsync(new() { IsPortable = isPortable, Overwrite = true });

        Assert.Equal("new", await File.ReadAllTextAsync(Path.Combine(Target, "site", "link")));
        Assert.Equal("own", await File.ReadAllTextAsync(Path.Combine(Target, "site", "css", "own.css")));
        Assert.True(Directory.Exists(Path.Combine(Target, "site", "added")));
        Assert.Equal(["site"], Directory.EnumerateFileSystemEntries(Target).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Unpack_OfADirectoryOverALinkInOne_IsRefused(bool isPortable)
    {
        SkipUnlessItCan(isPortable);
        Directory.CreateDirectory(_directory.Combine("site", "css"));
        await File.WriteAllTextAsync(_directory.Combine("site", "css", "main.css"), "evil");
        await PackAsync(ArtifactFile.FromDirectory(_directory.Combine("site")));
        string outside = Directory.CreateDirectory(_directory.Combine("outside")).FullName;
        Directory.CreateDirectory(Path.Combine(Target, "site"));
        Directory.CreateSymbolicLink(Path.Combine(Target, "site", "css"), outside);

        var e = await Assert.ThrowsAsync<ArtifactException>(() => UnpackAsync(new() { IsPortable = isPortable, Overwrite = true }));

        Assert.Equal("site/css", e.Title);
        Assert.Empty(Directory.EnumerateFileSystemEntries(outside));
    }

    [Theory]
    [InlineData("../evil")]
    [InlineData("/tmp/evil")]
    [InlineData("a/../../evil")]
    [InlineData("..")]
    [InlineData("")]
    [InlineData("a\\b")]
    [InlineData("a\u001b[2J")]
    public async Task Unpack_OfAHostileTitle_IsRefused(string title)
    {
        await AddAsync(title);

        var e = await Assert.ThrowsAsync<ArtifactException>(() => UnpackAsync());

        Assert.Equal(title, e.Title);
        Assert.DoesNotContain('\u001b', e.Message);
        Assert.False(Directory.Exists(Target));
    }

    [Fact]
    public async Task Unpack_OfTitlesThatDifferInCase_IsRefusedWhereTheyAreOneName()
    {
        await PackAsync(ArtifactFile.FromBytes("a/README", "1"u8.ToArray()), ArtifactFile.FromBytes("A/readme", "2"u8.ToArray()));

        await Assert.ThrowsAsync<ArtifactException>(() => UnpackAsync(new() { IsPortable = true }));
        Assert.False(Directory.Exists(Target));
    }

    [Fact]
    public async Task Unpack_OfOneTitleTwice_IsRefused()
    {
        await AddAsync("a", "./a");

        await Assert.ThrowsAsync<ArtifactException>(() => UnpackAsync());
    }

    [Fact]
    public async Task Unpack_WithABlobMissing_LeavesNothing()
    {
        await AddAsync("a", "b");
        Descriptor absent = Descriptor.Create(MediaTypes.OctetStream, "absent"u8) with { Annotations = new Dictionary<string, string> { [AnnotationKeys.Title] = "z" } };
        ImageManifest manifest = await _store.ReadManifestAsync((await _store.ResolveAsync("v1"))!);
        await _store.TagAsync(await _store.AddAsync(MediaTypes.ImageManifest, (manifest with { Layers = [.. manifest.Layers, absent] }).ToUtf8Bytes()), "v1");

        await Assert.ThrowsAsync<ContentNotFoundException>(() => UnpackAsync());

        Assert.Empty(Directory.EnumerateFileSystemEntries(Target));
    }

    [Fact]
    public async Task Unpack_OfWhatHasNoTitle_TellsIt()
    {
        Descriptor blob = await _store.AddAsync(MediaTypes.Layer, "layer"u8.ToArray());
        await _store.TagAsync(await _store.AddAsync(MediaTypes.ImageManifest, new ImageManifest { MediaType = MediaTypes.ImageManifest, Config = await _store.AddAsync(MediaTypes.Empty, "{}"u8.ToArray()), Layers = [blob] }.ToUtf8Bytes()), "v1");

        UnpackedArtifact result = await UnpackAsync();

        Assert.Empty(result.Files);
        Assert.Equal(blob, Assert.Single(result.Untitled));
        Assert.False(Directory.Exists(Target));
    }

    [Fact]
    public async Task Unpack_OfMoreThanTheLimits_IsRefused()
    {
        await PackAsync(ArtifactFile.FromBytes("a", new byte[60]), ArtifactFile.FromBytes("b", new byte[61]));

        await Assert.ThrowsAsync<ArtifactException>(() => UnpackAsync(new() { MaxBytes = 120 }));
        await Assert.ThrowsAsync<ArtifactException>(() => UnpackAsync(new() { MaxFiles = 1 }));
        await UnpackAsync(new() { MaxBytes = 121, MaxFiles = 2 });
    }

    [Fact]
    public async Task Unpack_ThatIsCancelled_LeavesNothing()
    {
        await PackAsync(ArtifactFile.FromBytes("a", "1"u8.ToArray()), ArtifactFile.FromBytes("b", "2"u8.ToArray()));
        using var cancellation = new CancellationTokenSource();
        var source = new Copying.TroubledSource(_store, (descriptor, _) =>
        {
            if (descriptor.MediaType == MediaTypes.OctetStream)
            {
                cancellation.Cancel();
            }
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ArtifactUnpacker.UnpackAsync(source, "v1", Target, cancellationToken: cancellation.Token));

        Assert.Empty(Directory.EnumerateFileSystemEntries(Target));
    }

    [Fact]
    public async Task Unpack_OfAnIndex_SaysSo()
    {
        await _store.TagAsync(await _store.AddAsync(MediaTypes.ImageIndex, new ImageIndex { MediaType = MediaTypes.ImageIndex, Manifests = [] }.ToUtf8Bytes()), "v1");

        Assert.Contains("is an index", (await Assert.ThrowsAsync<ArtifactException>(() => UnpackAsync())).Message);
    }

    private Task<UnpackedArtifact> UnpackAsync(UnpackArtifactOptions? options = null) => ArtifactUnpacker.UnpackAsync(_store, "v1", Target, options);

    private Task PackAsync(params ArtifactFile[] files) => ArtifactPacker.PackAsync(_store, files, new PackArtifactOptions { Tag = "v1" });

    // What no packer of this library would write.
    private async Task AddAsync(params string[] titles)
    {
        var layers = new List<Descriptor>();
        foreach (string title in titles)
        {
            layers.Add(await _store.AddAsync(MediaTypes.OctetStream, "content"u8.ToArray()) with { Annotations = new Dictionary<string, string> { [AnnotationKeys.Title] = title } });
        }
        var manifest = new ImageManifest { MediaType = MediaTypes.ImageManifest, Config = await _store.AddAsync(MediaTypes.Empty, "{}"u8.ToArray()), Layers = layers };
        await _store.TagAsync(await _store.AddAsync(MediaTypes.ImageManifest, manifest.ToUtf8Bytes()), "v1");
    }

    private static void SkipUnlessItCan(bool isPortable) => Assert.SkipUnless(isPortable || OperatingSystem.IsLinux(), "Needs Linux.");

    private sealed class Collector(ConcurrentQueue<ArtifactProgress> reports) : IProgress<ArtifactProgress>
    {
        public void Report(ArtifactProgress value) => reports.Enqueue(value);
    }
}
