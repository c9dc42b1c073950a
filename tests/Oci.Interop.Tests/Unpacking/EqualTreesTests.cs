using System.Text.RegularExpressions;
using Oci.Image;
using Oci.Image.Building;
using Oci.Image.Layouts;
using Oci.Image.RootFilesystems;
using Oci.Image.Tar;

namespace Oci.Interop.Tests.Unpacking;

/// <summary>What we unpack is what others unpack of the same archive or image, entry by entry, with every attribute.</summary>
[Trait("Needs", "root")]
public sealed class EqualTreesTests : IDisposable
{
    private readonly TempDirectory _temp = new();

    public EqualTreesTests()
    {
        Requires.Root();
        Requires.Tool("busybox");
        Requires.Tool("setcap");
        Requires.Tool("setfacl");
    }

    public void Dispose()
    {
        // By handles: .NET has no way to name a file whose name is not UTF-8.
        foreach (string directory in Directory.GetDirectories(_temp.Path))
        {
            RootFilesystem.Delete(directory);
        }
        _temp.Dispose();
    }

    [Theory]
    [InlineData("v7", false)]
    [InlineData("ustar", false)]
    [InlineData("oldgnu", true)]
    [InlineData("gnu", true)]
    [InlineData("posix", true)]
    [InlineData("posix", true, "--sparse-version=0.0")]
    [InlineData("posix", true, "--sparse-version=0.1")]
    [InlineData("posix", true, "--sparse-version=1.0")]
    public async Task Unpack_GnuTarsArchive_IsWhatGnuTarUnpacks(string format, bool isFull, string? option = null)
    {
        string tar = Requires.Tool("tar");
        await SampleTree.MakeAsync(_temp.Combine("tree"), isFull);
        bool hasSparse = format is not ("v7" or "ustar");
        string[] xattrs = format == "posix" ? ["--xattrs", "--xattrs-include=*", "--acls"] : [];
        // v7 has no devices and FIFOs, and tar says so with a failure.
        await RunAsync(tar, ["-C", _temp.Combine("tree"), $"--format={format}", .. format == "v7" ? ["--exclude=./dev/*"] : (string[])[], .. hasSparse ? ["--sparse"] : (string[])[], .. option is null ? [] : (string[])[option], .. xattrs, "-cf", _temp.Combine("a.tar"), "."]);
        Directory.CreateDirectory(_temp.Combine("theirs"));
        await RunAsync(tar, ["-C", _temp.Combine("theirs"), "-xpf", _temp.Combine("a.tar"), "--numeric-owner", "--same-owner", .. xattrs]);

        await UnpackAsync(_temp.Combine("a.tar"));

        AssertEqual(TreeListing.Of(_temp.Combine("theirs")), TreeListing.Of(_temp.Combine("ours")));
    }

    [Theory]
    [InlineData("ustar", false)]
    [InlineData("pax", true)]
    [InlineData("gnutar", true)]
    public async Task Unpack_BsdtarsArchive_IsWhatBsdtarUnpacks(string format, bool isFull)
    {
        string tar = Requires.Tool("bsdtar");
        await SampleTree.MakeAsync(_temp.Combine("tree"), isFull);
        await RunAsync(tar, ["-C", _temp.Combine("tree"), $"--format={format}", "--numeric-owner", "--no-acls", "-cf", _temp.Combine("a.tar"), "."]);
        Directory.CreateDirectory(_temp.Combine("theirs"));
        await RunAsync(tar, ["-C", _temp.Combine("theirs"), "--numeric-owner", "-xpf", _temp.Combine("a.tar")]);

        await UnpackAsync(_temp.Combine("a.tar"));

        // bsdtar leaves the root's time as it comes, and writes and reads a fraction before 1970 the wrong way round.
        AssertEqual(
            [.. TreeListing.Of(_temp.Combine("theirs"), ListingOptions.WithoutRoot).Where(line => !line.StartsWith("etc/empty ", StringComparison.Ordinal))],
            [.. TreeListing.Of(_temp.Combine("ours"), ListingOptions.WithoutRoot).Where(line => !line.StartsWith("etc/empty ", StringComparison.Ordinal))]);
    }

    [Theory]
    [InlineData("tar")]
    [InlineData("bsdtar")]
    public async Task Unpack_OurArchive_IsWhatOthersUnpack(string name)
    {
        string tar = Requires.Tool(name);
        await SampleTree.MakeAsync(_temp.Combine("tree"), isFull: true);
        await using (var writer = new TarWriter(File.Create(_temp.Combine("a.tar"))))
        {
            await new DirectoryPacker().PackAsync(_temp.Combine("tree"), writer);
            await writer.CompleteAsync();
        }
        Directory.CreateDirectory(_temp.Combine("theirs"));
        string[] xattrs = name == "tar" ? ["--xattrs", "--xattrs-include=*", "--same-owner"] : [];
        await RunAsync(tar, ["-C", _temp.Combine("theirs"), "--numeric-owner", .. xattrs, "-xpf", _temp.Combine("a.tar")]);

        await UnpackAsync(_temp.Combine("a.tar"));

        // The packer makes no entry for the root, and whole seconds.
        const ListingOptions Packed = ListingOptions.WithoutRoot | ListingOptions.WholeSeconds;
        AssertEqual(TreeListing.Of(_temp.Combine("tree"), Packed), TreeListing.Of(_temp.Combine("ours"), Packed));
        string[] ours = TreeListing.Of(_temp.Combine("ours"), ListingOptions.WithoutRoot);
        // bsdtar takes access control lists only in a form of its own.
        AssertEqual(TreeListing.Of(_temp.Combine("theirs"), ListingOptions.WithoutRoot), name == "tar" ? ours : [.. ours.Select(line => Regex.Replace(line, " system.posix_acl_[a-z]+=[0-9A-F]+", ""))]);
    }

    [Fact]
    public async Task Unpack_ImageOfSeveralLayers_IsWhatUmociUnpacks()
    {
        OciLayout layout = await MakeImageAsync();
        await RunAsync(Requires.Tool("umoci"), ["unpack", "--image", $"{layout.Path}:v1", _temp.Combine("bundle")]);

        await new ImageUnpacker().UnpackAsync(await OciImage.OpenAsync(layout, "v1"), _temp.Combine("ours"));

        AssertEqual(TreeListing.Of(_temp.Combine("bundle", "rootfs")), TreeListing.Of(_temp.Combine("ours")));
    }

    /// <summary>Three layers, by GNU tar: the tree, changes with whiteouts, and an opaque directory.</summary>
    private async Task<OciLayout> MakeImageAsync()
    {
        const string Changes = """
            set -e
            mkdir -p "$1/etc" "$1/var/log" "$1/bin" "$1/new/dir" && cd "$1"
            : > etc/.wh.passwd; : > bin/.wh.sh; : > .wh.empty; : > etc/.wh.self
            printf 'changed' > etc/bytes; printf 'x' > new/dir/file; ln new/dir/file new/link; mkdir etc/dangling; printf 'y' > etc/dangling/f
            rm -rf bin/su; ln -s busybox bin/su; chmod 700 var/log; printf 'log' > var/log/messages
            mkdir -p "$2/etc" "$2/tmp" "$2/new" && cd "$2"
            : > etc/.wh..wh..opq; printf 'only' > etc/only; printf 't' > tmp/t; mkfifo new/dir
            cd "$1" && find . -exec touch -h -d '2012-01-01 01:02:03.5 UTC' {} +
            cd "$2" && find . -exec touch -h -d '2013-01-01 01:02:03.25 UTC' {} +
            """;
        string[] trees = [_temp.Combine("tree"), _temp.Combine("second"), _temp.Combine("third")];
        await SampleTree.MakeAsync(trees[0], isFull: false);
        await RunAsync("/bin/sh", ["-c", Changes, "sh", trees[1], trees[2]]);
        OciLayout layout = await OciLayout.CreateAsync(_temp.Combine("layout"));
        var builder = new ImageBuilder(new Platform { Os = "linux", Architecture = "amd64" });
        foreach (string tree in trees)
        {
            await RunAsync(Requires.Tool("tar"), ["-C", tree, "--format=posix", "--xattrs", "--xattrs-include=*", "-cf", tree + ".tar", "."]);
            await RunAsync(Requires.Tool("gzip"), ["-1", "-k", tree + ".tar"]);
            await using FileStream blob = File.OpenRead(tree + ".tar.gz");
            await using FileStream archive = File.OpenRead(tree + ".tar");
            await using ContentWriter writer = await layout.CreateAsync();
            await blob.CopyToAsync(writer);
            builder.AddLayer(await writer.CommitAsync(MediaTypes.LayerGzip), Digest.FromHash(DigestAlgorithm.Sha256, await System.Security.Cryptography.SHA256.HashDataAsync(archive)));
        }
        await layout.TagAsync(await builder.BuildAsync(layout), "v1");
        return layout;
    }

    private async Task UnpackAsync(string archive)
    {
        byte[] bytes = await File.ReadAllBytesAsync(archive);
        var layer = new UnpackLayer { Descriptor = Descriptor.Create(MediaTypes.Layer, bytes), DiffId = Digest.Compute(bytes), OpenAsync = _ => Task.FromResult<Stream>(new MemoryStream(bytes)) };
        await new ImageUnpacker().UnpackAsync([layer], _temp.Combine("ours"));
    }

    private static async Task RunAsync(string tool, string[] arguments)
    {
        ToolResult result = await ToolResult.RunAsync(tool, arguments, environment: new Dictionary<string, string?> { ["LC_ALL"] = "C.UTF-8", ["TZ"] = "UTC" });
        // bsdtar takes a name that is not UTF-8 as it is, and says so with exit code 1.
        string[] complaints = [.. result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.Contains("can't be converted", StringComparison.Ordinal) && !line.Contains("can't be translated", StringComparison.Ordinal) && !line.Contains("Error exit delayed", StringComparison.Ordinal))];
        Assert.True(result.ExitCode == 0 || (result.ExitCode == 1 && complaints.Length == 0), $"{tool} {string.Join(' ', arguments)}: exit code {result.ExitCode}\n{result.Error}");
    }

    private static void AssertEqual(string[] theirs, string[] ours) =>
        Assert.True(theirs.SequenceEqual(ours), $"theirs, not ours:\n{string.Join('\n', theirs.Except(ours))}\nours, not theirs:\n{string.Join('\n', ours.Except(theirs))}");
}
