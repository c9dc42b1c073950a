using System.Runtime.Versioning;
using System.Text;
using Oci.Distribution.Artifacts;
using Oci.Image;
using Oci.Image.Layers;
using Oci.Image.Manifests;
using Oci.Image.Tar;

namespace Oci.Distribution.Tests.Artifacts;

/// <summary>Archives of directories that were made to write, lead or own where they must not.</summary>
public sealed class HostileArchiveTests : IDisposable
{
    private const string Title = "site";

    private readonly TempDirectory _directory = new();
    private readonly MemoryContentStore _store = new();

    private string Target => _directory.Combine("to");

    public void Dispose() => _directory.Dispose();

    public static readonly TheoryData<string, string> Attacks = new()
    {
        { "beside the title", "file other/file" },
        { "up", "file site/../../evil" },
        { "absolute", "file /tmp/evil" },
        { "the title is a file", "file site" },
        { "an absolute link", "link site/a /etc/passwd" },
        { "a link out", "link site/a ../../x" },
        { "a link out by a detour", "link site/a b/../../x" },
        { "the title is a link", "link site ../x" },
        { "behind a link", "link site/a b;file site/a/x" },
        { "a link that leads out from where it really lies", "dir site/a;link site/a/up ..;link site/a/up/x .." },
        { "a hardlink to a link, where it leads out", "dir site/a;link site/a/l ../x;hard site/l site/a/l" },
        { "a hardlink to what is outside", "hard site/a ../../etc/passwd" },
        { "a hardlink to an absolute name", "hard site/a /etc/passwd" },
        { "a device", "device site/null" },
        { "a FIFO", "fifo site/pipe" },
        { "a whiteout", "file site/.wh.file" },
    };

    [Theory]
    [MemberData(nameof(Attacks))]
    public async Task Unpack_OfAHostileArchive_IsRefusedAndLeavesNothing(string attack, string entries)
    {
        await AddAsync(entries);

        var e = await Assert.ThrowsAsync<ArtifactException>(() => ArtifactUnpacker.UnpackAsync(_store, "v1", Target));

        Assert.True(e.Title == Title, attack);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Target));
        Assert.False(Path.Exists(_directory.Combine("evil")));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Unpack_OfRightsOfOwnersAndGroups_LeavesThemOut()
    {
        Requires.Linux();
        await AddAsync("dir site 4777;file site/tool 6755;file site/closed 0000");

        await ArtifactUnpacker.UnpackAsync(_store, "v1", Target);

        Assert.Equal(0x1ED, (int)File.GetUnixFileMode(Path.Combine(Target, Title, "tool")));
        Assert.Equal(0, (int)File.GetUnixFileMode(Path.Combine(Target, Title, "closed")));
        Assert.Equal(0x1FF, (int)File.GetUnixFileMode(Path.Combine(Target, Title)));
    }

    [Fact]
    public async Task Unpack_OfLinksWithin_KeepsThem()
    {
        await AddAsync("dir site/a;file site/a/b;link site/a/up ../a/b;link site/l a;hard site/h ./site/a/b;link ./site/gone a/../nothing");

        await ArtifactUnpacker.UnpackAsync(_store, "v1", Target);

        Assert.Equal("../a/b", new FileInfo(Path.Combine(Target, Title, "a", "up")).LinkTarget);
        Assert.Equal("content", await File.ReadAllTextAsync(Path.Combine(Target, Title, "l", "b")));
        Assert.Equal("content", await File.ReadAllTextAsync(Path.Combine(Target, Title, "h")));
    }

    [Fact]
    public async Task Unpack_OfAnArchiveThatIsNotWhatTheAnnotationSays_Throws()
    {
        await AddAsync("file site/a", archive: Digest.Compute("another"u8));

        await Assert.ThrowsAsync<ContentMismatchException>(() => ArtifactUnpacker.UnpackAsync(_store, "v1", Target));

        Assert.Empty(Directory.EnumerateFileSystemEntries(Target));
    }

    [Fact]
    public async Task Unpack_OfAnArchiveWithMoreThanTheLimits_IsRefused()
    {
        await AddAsync("file site/a;file site/b;file site/c");

        await Assert.ThrowsAsync<ArtifactException>(() => ArtifactUnpacker.UnpackAsync(_store, "v1", Target, new() { MaxFiles = 2 }));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Target));
    }

    [Fact]
    public async Task Unpack_WithArchivesKept_WritesTheFile()
    {
        await AddAsync("file site/../../evil");

        UnpackedArtifact result = await ArtifactUnpacker.UnpackAsync(_store, "v1", Target, new() { KeepArchives = true });

        Assert.Equal(result.Files[0].Size, new FileInfo(Path.Combine(Target, Title)).Length);
    }

    private async Task AddAsync(string entries, Digest? archive = null)
    {
        var blob = new MemoryStream();
        await using var layer = new LayerWriter(blob);
        foreach (string[] entry in entries.Split(';').Select(entry => entry.Split(' ')))
        {
            byte[] content = entry[0] == "file" ? "content"u8.ToArray() : [];
            await layer.Tar.WriteEntryAsync(Describe(entry, content.Length), content);
        }
        LayerDigests digests = await layer.CompleteAsync();
        await _store.AddAsync(digests.Descriptor, new MemoryStream(blob.ToArray()));
        var annotations = new Dictionary<string, string> { [AnnotationKeys.Title] = Title, ["io.deis.oras.content.unpack"] = "true" };
        if (archive is Digest told)
        {
            annotations["io.deis.oras.content.digest"] = told.ToString();
        }
        var manifest = new ImageManifest { MediaType = MediaTypes.ImageManifest, Config = await _store.AddAsync(MediaTypes.Empty, "{}"u8.ToArray()), Layers = [digests.Descriptor with { Annotations = annotations }] };
        await _store.TagAsync(await _store.AddAsync(MediaTypes.ImageManifest, manifest.ToUtf8Bytes()), "v1");
    }

    // KIND NAME [TARGET or octal MODE]
    private static TarHeader Describe(string[] entry, int size)
    {
        var header = new TarHeader { Name = Encoding.UTF8.GetBytes(entry[1]), Size = size, Uid = 12345, Gid = 12345 };
        header.Type = entry[0] switch
        {
            "dir" => TarEntryType.Directory,
            "link" => TarEntryType.SymbolicLink,
            "hard" => TarEntryType.HardLink,
            "device" => TarEntryType.CharacterDevice,
            "fifo" => TarEntryType.Fifo,
            _ => TarEntryType.File,
        };
        if (entry[0] is "link" or "hard")
        {
            header.LinkName = Encoding.UTF8.GetBytes(entry[2]);
        }
        else if (entry.Length > 2)
        {
            header.Mode = Convert.ToInt32(entry[2], 8);
        }
        return header;
    }
}
