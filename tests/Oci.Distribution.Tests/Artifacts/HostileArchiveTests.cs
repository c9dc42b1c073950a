using System.Runtime.Versioning;
using System.Text;
using Oci.Distribution.Artifacts;
using Oci.Image;
using Oci.Image.Layers;
using Oci.Image.Manifests;
using Oci.Image.RootFilesystems;
using Oci.Image.Tar;

namespace Oci.Distribution.Tests.Artifacts;

/// <summary>Archives of directories that were made to write, lead or own where they must not.</summary>
public sealed class HostileArchiveTests : IDisposable
{
    private const string Title = "site";
    private const int LargeSize = 1 << 20;

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
        { "a link out by a link to the top", "dir site/p/q/r/s;link site/p/q/r/s/a ../../../..;link site/b p/q/r/s/a/../../../../../etc/passwd" },
        { "a link that goes up after a name", "dir site/a;link site/b a/../a" },
        { "the title is a link", "link site ../x" },
        { "behind a link", "link site/a b;file site/a/x" },
        { "a link that leads out from where it really lies", "dir site/a;link site/a/up ..;link site/a/up/x .." },
        { "a hardlink to a link, where it leads out", "dir site/a;link site/a/l ../x;hard site/l site/a/l" },
        { "a hardlink to a link that is less deep", "link site/l x;hard site/a/b/h site/l" },
        { "a hardlink to a link, through a link", "dir site/d;link site/d/l ../x;link site/lnk .;hard site/h site/lnk/d/l" },
        { "a hardlink to a file, through a link", "file site/d/f;link site/lnk d;hard site/h site/lnk/f" },
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

    [Theory]
    [InlineData("behind a link", "link site/Lnk .;file site/lnk/f")]
    [InlineData("a hardlink to a link", "dir site/d;link site/d/L x;hard site/h site/D/l")]
    [InlineData("a hardlink through a link", "dir site/d;link site/d/l ../x;link site/Lnk .;hard site/h site/lnk/d/l")]
    [InlineData("a hardlink to a link that another name did not replace", "dir site/d;link site/d/L ../x;file site/d/l;hard site/h site/d/L")]
    [InlineData("a link with backslashes", "link site/l ..\\x")]
    public async Task Unpack_OfALinkWhereNamesAreOne_IsRefused(string attack, string entries)
    {
        await AddAsync(entries);

        var e = await Assert.ThrowsAsync<ArtifactException>(() => ArtifactUnpacker.UnpackAsync(_store, "v1", Target, new() { IsPortable = true }));

        Assert.True(e.Message.Contains("link", StringComparison.Ordinal), attack);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Target));
    }

    // Entries by chance of very few names, so that links, and what replaces them, are on each other's way.
    [Fact]
    public async Task Unpack_OfArchivesByChance_LeavesNoLinkThatLeadsOut()
    {
        Requires.Linux();
        var chance = new Random(1);
        int links = 0;
        for (int i = 0; i < 600; i++)
        {
            string to = _directory.Combine($"to{i}");
            await AddAsync(string.Join(';', Enumerable.Range(0, chance.Next(2, 7)).Select(_ => NextEntry(chance)).Prepend("dir site/a/a;file site/a/b")));
            try
            {
                await ArtifactUnpacker.UnpackAsync(_store, "v1", to);
            }
            catch (Exception e) when (e is ArtifactException or UnpackException)
            {
                Assert.Empty(Directory.EnumerateFileSystemEntries(to));
            }
            foreach (string link in Directory.EnumerateFileSystemEntries(to, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }).Where(path => new FileInfo(path).LinkTarget is not null))
            {
                Assert.False(LeadsOut(Path.Combine(to, Title), Path.GetRelativePath(Path.Combine(to, Title), link)), $"{link} of archive {i}");
                links++;
            }
        }
        Assert.True(links > 100, $"{links} links");
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
        await AddAsync("dir site/a;file site/a/b;link site/a/up ../a/b;link site/l a;hard site/h ./site/a/b;link ./site/gone ./nothing;file site/lib/x;link site/a/x ../lib/x;link site/a/top ..;link site/again a/top/l/b");

        await ArtifactUnpacker.UnpackAsync(_store, "v1", Target);

        Assert.Equal("../a/b", new FileInfo(Path.Combine(Target, Title, "a", "up")).LinkTarget);
        Assert.Equal("content", await File.ReadAllTextAsync(Path.Combine(Target, Title, "l", "b")));
        Assert.Equal("content", await File.ReadAllTextAsync(Path.Combine(Target, Title, "h")));
        Assert.Equal("content", await File.ReadAllTextAsync(Path.Combine(Target, Title, "a", "x")));
        Assert.Equal("content", await File.ReadAllTextAsync(Path.Combine(Target, Title, "again")));
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
    public async Task Unpack_OfSeveralArchives_HasOneLimitForAll()
    {
        await AddAsync(await AddLayerAsync("one", "file one/a;file one/b"), await AddLayerAsync("two", "file two/a;file two/b;dir two"));

        // Two titles and five entries.
        await Assert.ThrowsAsync<ArtifactException>(() => ArtifactUnpacker.UnpackAsync(_store, "v1", Target, new() { MaxFiles = 6 }));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Target));
        await ArtifactUnpacker.UnpackAsync(_store, "v1", Target, new() { MaxFiles = 7 });
        Assert.Equal(2, Directory.EnumerateFileSystemEntries(Target).Count());
    }

    [Fact]
    public async Task Unpack_OfSeveralArchivesWithTooManyBytesTogether_IsRefused()
    {
        await AddAsync(await AddLayerAsync("one", "large one/a"), await AddLayerAsync("two", "large two/a"));

        var e = await Assert.ThrowsAsync<ArtifactException>(() => ArtifactUnpacker.UnpackAsync(_store, "v1", Target, new() { MaxBytes = (2 * LargeSize) - 1 }));

        Assert.Contains("MaxBytes", e.Message);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Target));
        await ArtifactUnpacker.UnpackAsync(_store, "v1", Target, new() { MaxBytes = 2 * LargeSize });
    }

    [Fact]
    public async Task Unpack_OfNamesWithManyDirectories_CountsThem()
    {
        await AddAsync("file site/a/b/c/d");

        await Assert.ThrowsAsync<ArtifactException>(() => ArtifactUnpacker.UnpackAsync(_store, "v1", Target, new() { MaxFiles = 4 }));
        await ArtifactUnpacker.UnpackAsync(_store, "v1", Target, new() { MaxFiles = 5 });
    }

    [Fact]
    public async Task Unpack_WithArchivesKept_WritesTheFile()
    {
        await AddAsync("file site/../../evil");

        UnpackedArtifact result = await ArtifactUnpacker.UnpackAsync(_store, "v1", Target, new() { KeepArchives = true });

        Assert.Equal(result.Files[0].Size, new FileInfo(Path.Combine(Target, Title)).Length);
    }

    private static string NextEntry(Random chance) => chance.Next(10) switch
    {
        < 5 => $"link {NextName(chance)} {string.Concat(Enumerable.Repeat("../", chance.Next(3)))}{Next(chance, ["a", "b", "l", ".", "a", "b/l", "l/..", "../a"])}",
        < 8 => $"hard {NextName(chance)} {NextName(chance)}",
        8 => $"file {NextName(chance)}",
        _ => $"dir {NextName(chance)}",
    };

    private static string NextName(Random chance) => $"site/{string.Join('/', Enumerable.Range(0, chance.Next(1, 4)).Select(_ => Next(chance, ["a", "b", "l"])))}";

    private static string Next(Random chance, string[] of) => of[chance.Next(of.Length)];

    // As the kernel walks, and not as .NET does, for which a name and ".." are nothing.
    private static bool LeadsOut(string root, string path)
    {
        var left = new Stack<string>(path.Split('/').Reverse());
        var at = new List<string>();
        for (int hops = 0; left.Count > 0 && hops < 200; hops++)
        {
            string part = left.Pop();
            if (part == ".." && at.Count == 0)
            {
                return true;
            }
            if (part == "..")
            {
                at.RemoveAt(at.Count - 1);
                continue;
            }
            if (part is not ("" or "."))
            {
                at.Add(part);
            }
            if (new FileInfo(Path.Combine([root, .. at])).LinkTarget is string target && at.Count > 0)
            {
                if (target.StartsWith('/'))
                {
                    return true;
                }
                at.RemoveAt(at.Count - 1);
                foreach (string next in target.Split('/').Reverse())
                {
                    left.Push(next);
                }
            }
        }
        return false;
    }

    private async Task AddAsync(string entries, Digest? archive = null) => await AddAsync(await AddLayerAsync(Title, entries, archive));

    private async Task AddAsync(params Descriptor[] layers)
    {
        var manifest = new ImageManifest { MediaType = MediaTypes.ImageManifest, Config = await _store.AddAsync(MediaTypes.Empty, "{}"u8.ToArray()), Layers = layers };
        await _store.TagAsync(await _store.AddAsync(MediaTypes.ImageManifest, manifest.ToUtf8Bytes()), "v1");
    }

    private async Task<Descriptor> AddLayerAsync(string title, string entries, Digest? archive = null)
    {
        var blob = new MemoryStream();
        await using var layer = new LayerWriter(blob);
        foreach (string[] entry in entries.Split(';').Select(entry => entry.Split(' ')))
        {
            byte[] content = entry[0] switch { "file" => "content"u8.ToArray(), "large" => new byte[LargeSize], _ => [] };
            await layer.Tar.WriteEntryAsync(Describe(entry, content.Length), content);
        }
        LayerDigests digests = await layer.CompleteAsync();
        await _store.AddAsync(digests.Descriptor, new MemoryStream(blob.ToArray()));
        var annotations = new Dictionary<string, string> { [AnnotationKeys.Title] = title, ["io.deis.oras.content.unpack"] = "true" };
        if (archive is Digest told)
        {
            annotations["io.deis.oras.content.digest"] = told.ToString();
        }
        return digests.Descriptor with { Annotations = annotations };
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
