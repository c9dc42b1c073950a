using System.Text;
using Oci.Image.Changes;
using Oci.Image.RootFilesystems;

namespace Oci.Image.Tests.Changes;

/// <summary>Upper directories of overlays in user namespaces (userxattr), as an ordinary user makes them.</summary>
public sealed class ChangePackerUserTests : IDisposable
{
    private readonly TempDirectory _temp = new();

    public void Dispose()
    {
        // The kernel leaves a directory in work that its user may not look into.
        if (Directory.Exists(_temp.Combine("overlay")))
        {
            RootFilesystem.Delete(_temp.Combine("overlay"));
        }
        _temp.Dispose();
    }

    [Fact]
    public async Task PackUpperAsync_OverlayOfAUserNamespace_MakesTheMergedTree()
    {
        Requires.Containers();
        using OverlayMount overlay = OverlayMount.Create(_temp.Combine("overlay"));
        Directory.CreateDirectory(Path.Combine(overlay.Lower, "d/e"));
        Directory.CreateDirectory(Path.Combine(overlay.Lower, "kept"));
        File.WriteAllText(Path.Combine(overlay.Lower, "d/e/f"), "below");
        File.WriteAllText(Path.Combine(overlay.Lower, "gone"), "below");
        byte[] lower = await Trees.PackAsync(overlay.Lower);
        const string Script = """
            set -e
            mount -t overlay overlay -o "userxattr,lowerdir=$1/lower,upperdir=$1/upper,workdir=$1/work" "$1/merged"
            cd "$1/merged"
            rm -r d gone
            mkdir d
            echo new > d/new
            ln d/new kept/linked
            chmod 700 kept
            cp -a . "$1/copy"
            """;
        (await ToolResult.RunAsync("unshare", ["--user", "--map-root-user", "--mount", "sh", "-c", Script, "sh", overlay.Folder])).EnsureSuccess();

        byte[] layer = await Trees.WriteAsync(tar => new ChangePacker(Trees.Exact).PackUpperAsync(overlay.Upper, tar, new UpperOptions { UserXattr = true }));
        await Trees.UnpackAsync(_temp.Combine("applied"), lower, layer);

        Assert.Contains("d/.wh..wh..opq", await Trees.NamesAsync(layer));
        Assert.Equal(TreeListing.Of(Path.Combine(overlay.Folder, "copy")), TreeListing.Of(_temp.Combine("applied")));
    }

    [Fact]
    public async Task PackUpperAsync_MarksThatThisUserCannotSee_IsRefused()
    {
        Requires.OrdinaryUser();
        string upper = Directory.CreateDirectory(_temp.Combine("upper")).FullName;
        OciImageException exception = await Assert.ThrowsAsync<OciImageException>(() => Trees.WriteAsync(tar => new ChangePacker().PackUpperAsync(upper, tar)));
        Assert.Contains("UpperOptions.UserXattr", exception.Message);
    }

    // Owners that an ordinary user cannot set are noted, and the notes are turned back.
    [Fact]
    public async Task PackAsync_TreeThatAnOrdinaryUserUnpacked_HasTheOwnersOfTheImage()
    {
        Requires.Linux();
        byte[] lower = await Trees.WriteAsync(async tar =>
        {
            await tar.WriteEntryAsync(new() { Type = Image.Tar.TarEntryType.Directory, Name = "d/"u8.ToArray(), Mode = 0x1ED, Uid = 12, Gid = 34 });
            await tar.WriteEntryAsync(new() { Name = "d/f"u8.ToArray(), Size = 1, Uid = 1000, Gid = 1000 }, "x"u8.ToArray());
            await tar.WriteEntryAsync(new() { Name = "d/g"u8.ToArray(), Size = 1, Uid = 0, Gid = 0 }, "x"u8.ToArray());
        });
        string root = _temp.Combine("root");
        UnpackResult result = await new ImageUnpacker(new UnpackOptions { Ownership = OwnershipPolicy.Record }).UnpackTarsAsync([new MemoryStream(lower)], root);
        Assert.SkipWhen(result.Notices.Any(notice => notice.Kind == UnpackNoticeKind.OwnerLost), "Needs user.* extended attributes, which this file system lacks.");
        var options = new PackOptions { UidMappings = [IdMapping.ProcessUser], GidMappings = [IdMapping.ProcessGroup] };
        TreeSnapshot before = await TreeSnapshot.CaptureAsync(root, new TreeSnapshotOptions { UidMappings = options.UidMappings, GidMappings = options.GidMappings });
        Assert.Empty(before.GetChangesSince(await Trees.ApplyAsync(lower)));
        foreach (string name in (string[])["d/f", "d/g", "d/new"])
        {
            File.AppendAllText(Path.Combine(root, name), "y");
        }

        byte[] layer = await Trees.WriteAsync(tar => new ChangePacker(options).PackAsync(before, root, tar));

        var owners = new List<string>();
        await using var reader = new Image.Tar.TarReader(new MemoryStream(layer));
        while (await reader.ReadAsync())
        {
            owners.Add($"{reader.Entry} {reader.Entry.Uid}:{reader.Entry.Gid} {reader.Entry.Xattrs.Length}");
        }
        Assert.Equal(["d/ 12:34 0", "d/f 1000:1000 0", "d/g 0:0 0", "d/new 0:0 0"], owners);
    }

    // As root does without noticing. A fresh file of mode 0000 is what shadow-utils ships.
    [Fact]
    public async Task PackAsync_FilesThatTheirOwnerMayNotRead_ArePackedAndKeepTheirModes()
    {
        Requires.Linux();
        byte[] lower = await Trees.WriteAsync(async tar =>
        {
            foreach ((string name, int mode) in ((string, int)[])[("shut/", 0), ("shut/in/", 0x40), ("write/", 0x80)])
            {
                await tar.WriteEntryAsync(new() { Type = Image.Tar.TarEntryType.Directory, Name = Encoding.ASCII.GetBytes(name), Mode = mode });
            }
            await tar.WriteEntryAsync(new() { Name = "shadow"u8.ToArray(), Size = 1, Uid = 1 }, "x"u8.ToArray());
            await tar.WriteEntryAsync(new() { Name = "shut/in/f"u8.ToArray(), Mode = 0, Size = 1, Gid = 7 }, "x"u8.ToArray());
            await tar.WriteEntryAsync(new() { Name = "shut/in/sudo"u8.ToArray(), Mode = 0x849, Size = 1 }, "x"u8.ToArray());
        });
        string root = _temp.Combine("root");
        await new ImageUnpacker().UnpackTarsAsync([new MemoryStream(lower)], root);
        var options = new TreeSnapshotOptions { ContentDigests = true, UidMappings = Trees.Exact.UidMappings, GidMappings = Trees.Exact.GidMappings };

        TreeSnapshot captured = await TreeSnapshot.CaptureAsync(root, options);
        byte[] layer = await Trees.WriteAsync(tar => new ChangePacker(Trees.Exact).PackAsync(Empty(), captured, root, tar));

        Assert.Empty(captured.GetChangesSince(await TreeSnapshot.CaptureAsync(root, options)));
        Assert.Empty(captured.GetChangesSince(await Trees.ApplyAsync(lower)));
        Assert.Empty((await Trees.ApplyAsync(layer)).GetChangesSince(await Trees.ApplyAsync(lower)));
        RootFilesystem.Delete(root);
    }

    private static TreeSnapshot Empty() => new(new ImageTree(new TreeSnapshotOptions()).Root, hasContentDigests: false);
}
