using System.Runtime.Versioning;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Oci.Common.Linux;
using Oci.Image.Changes;
using Oci.Image.RootFilesystems;

namespace Oci.Image.Tests.Changes;

/// <summary>The layer of an upper directory, applied on the lower one, makes the merged one: by overlays that the kernel mounts.</summary>
[Trait("Needs", "root")]
[SupportedOSPlatform("linux")]
public sealed class ChangePackerUpperTests : IDisposable
{
    private const string Plain = "redirect_dir=off,metacopy=off,index=off";

    private readonly TempDirectory _temp = new();
    private int _count;

    public ChangePackerUpperTests() => Requires.Root();

    public void Dispose()
    {
        for (int i = 1; i <= _count; i++)
        {
            RootFilesystem.Delete(_temp.Combine($"{i}"));
        }
        _temp.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void PackUpperAsync_ArbitraryChanges_MakesTheMergedTree(bool userXattr)
    {
        Arbitrary<int[]> numbers = ArbMap.Default.ArbFor<int[]>();
        Prop.ForAll(numbers, numbers, (lower, changes) => CheckAsync(lower, changes, userXattr).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(20).WithStartSize(20).WithEndSize(150));
    }

    [Fact]
    public async Task PackUpperAsync_NewDirectories_HideNothingWhereBelowIsKnown()
    {
        using OverlayMount overlay = OverlayMount.Create(NewDirectory());
        Directory.CreateDirectory(Path.Combine(overlay.Lower, "old/sub"));
        File.WriteAllText(Path.Combine(overlay.Lower, "old/gone"), "");
        // The kernel marks new directories where it may not be asked to see later changes of the lower ones.
        await overlay.MountAsync("redirect_dir=on");
        Directory.CreateDirectory(Path.Combine(overlay.Merged, "new"));
        File.WriteAllText(Path.Combine(overlay.Merged, "new/file"), "");
        Directory.Delete(Path.Combine(overlay.Merged, "old/sub"));
        Directory.CreateDirectory(Path.Combine(overlay.Merged, "old/sub"));
        File.Delete(Path.Combine(overlay.Merged, "old/gone"));
        await overlay.UnmountAsync();

        byte[] alone = await Trees.WriteAsync(tar => new ChangePacker().PackUpperAsync(overlay.Upper, tar));
        var below = new UpperOptions { Below = await TreeSnapshot.CaptureAsync(overlay.Lower) };
        byte[] known = await Trees.WriteAsync(tar => new ChangePacker().PackUpperAsync(overlay.Upper, tar, below));

        Assert.Equal(["new/", "new/.wh..wh..opq", "new/file", "old/", "old/.wh.gone", "old/sub/", "old/sub/.wh..wh..opq"], await Trees.NamesAsync(alone));
        Assert.Equal(["new/", "new/file", "old/", "old/.wh.gone", "old/sub/"], await Trees.NamesAsync(known));
        Assert.Equal(
            ["A /new", "A /new/file", "C /old", "D /old/gone", "C /old/sub"],
            (await new ChangePacker().ListUpperChangesAsync(overlay.Upper, below)).Select(change => change.ToString()));
    }

    [Fact]
    public async Task PackUpperAsync_OpaqueOverContent_HidesIt()
    {
        using OverlayMount overlay = OverlayMount.Create(NewDirectory());
        Directory.CreateDirectory(Path.Combine(overlay.Lower, "d/e"));
        await overlay.MountAsync(Plain);
        Directory.Delete(Path.Combine(overlay.Merged, "d"), recursive: true);
        Directory.CreateDirectory(Path.Combine(overlay.Merged, "d"));
        await overlay.UnmountAsync();

        var below = new UpperOptions { Below = await TreeSnapshot.CaptureAsync(overlay.Lower) };
        Assert.Equal(["d/", "d/.wh..wh..opq"], await Trees.NamesAsync(await Trees.WriteAsync(tar => new ChangePacker().PackUpperAsync(overlay.Upper, tar, below))));
    }

    [Fact]
    public async Task PackUpperAsync_RenamedDirectory_IsRefused()
    {
        using OverlayMount overlay = OverlayMount.Create(NewDirectory());
        Directory.CreateDirectory(Path.Combine(overlay.Lower, "d/e"));
        await overlay.MountAsync("redirect_dir=on");
        Directory.Move(Path.Combine(overlay.Merged, "d"), Path.Combine(overlay.Merged, "moved"));
        await overlay.UnmountAsync();

        await CheckRefusedAsync(overlay.Upper, "'moved'", "redirect_dir=off");
    }

    [Fact]
    public async Task PackUpperAsync_FileWithoutContent_IsRefused()
    {
        using OverlayMount overlay = OverlayMount.Create(NewDirectory());
        File.WriteAllText(Path.Combine(overlay.Lower, "f"), "content");
        await overlay.MountAsync("metacopy=on");
        File.SetUnixFileMode(Path.Combine(overlay.Merged, "f"), UnixFileMode.UserRead);
        await overlay.UnmountAsync();

        await CheckRefusedAsync(overlay.Upper, "'f'", "metacopy=off");
    }

    [Fact]
    public async Task PackUpperAsync_HardLinksLeftBelow_AreRefused()
    {
        using OverlayMount overlay = OverlayMount.Create(NewDirectory());
        File.WriteAllText(Path.Combine(overlay.Lower, "f"), "content");
        (await ToolResult.RunAsync("ln", [Path.Combine(overlay.Lower, "f"), Path.Combine(overlay.Lower, "g")])).EnsureSuccess();
        await overlay.MountAsync("index=on");
        File.WriteAllText(Path.Combine(overlay.Merged, "f"), "changed");
        Assert.Equal("changed", File.ReadAllText(Path.Combine(overlay.Merged, "g")));
        await overlay.UnmountAsync();

        await CheckRefusedAsync(overlay.Upper, "'f'", "index=off");
    }

    [Fact]
    public async Task PackUpperAsync_AllHardLinksCopiedUp_ArePacked()
    {
        using OverlayMount overlay = OverlayMount.Create(NewDirectory());
        File.WriteAllText(Path.Combine(overlay.Lower, "f"), "content");
        (await ToolResult.RunAsync("ln", [Path.Combine(overlay.Lower, "f"), Path.Combine(overlay.Lower, "g")])).EnsureSuccess();
        await overlay.MountAsync("index=on");
        File.WriteAllText(Path.Combine(overlay.Merged, "f"), "changed");
        File.SetUnixFileMode(Path.Combine(overlay.Merged, "g"), UnixFileMode.UserRead);
        await overlay.UnmountAsync();

        Assert.Equal(["f", "g => f"], await Trees.NamesAsync(await Trees.WriteAsync(tar => new ChangePacker().PackUpperAsync(overlay.Upper, tar))));
    }

    // Marks that composefs and others make: empty files in a directory that is marked with x (kernel, overlayfs.rst).
    [Theory]
    [InlineData("trusted")]
    [InlineData("user")]
    public async Task PackUpperAsync_MarkedWhiteout_IsAWhiteoutOnlyInAMarkedDirectory(string kind)
    {
        string upper = NewDirectory();
        foreach (string name in (string[])["marked", "plain"])
        {
            Directory.CreateDirectory(Path.Combine(upper, name));
            File.WriteAllText(Path.Combine(upper, name, "gone"), "");
            SetXattr(Path.Combine(upper, name, "gone"), $"{kind}.overlay.whiteout", "y");
        }
        SetXattr(Path.Combine(upper, "marked"), $"{kind}.overlay.opaque", "x");
        var options = new UpperOptions { UserXattr = kind == "user" };

        byte[] layer = await Trees.WriteAsync(tar => new ChangePacker().PackUpperAsync(upper, tar, options));
        byte[] other = await Trees.WriteAsync(tar => new ChangePacker().PackUpperAsync(upper, tar, new UpperOptions { UserXattr = !options.UserXattr }));

        Assert.Equal(["marked/", "marked/.wh.gone", "plain/", "plain/gone"], await Trees.NamesAsync(layer));
        // Anyone can write marks of the other kind into a tree: they hide nothing.
        Assert.Equal(["marked/", "marked/gone", "plain/", "plain/gone"], await Trees.NamesAsync(other));
    }

    [Fact]
    public async Task PackUpperAsync_NameOfAWhiteout_IsRefused()
    {
        string upper = NewDirectory();
        File.WriteAllText(Path.Combine(upper, ".wh.x"), "");
        await CheckRefusedAsync(upper, "'.wh.x'", "whiteout", StringComparison.OrdinalIgnoreCase);
    }

    private async Task CheckAsync(int[] first, int[] changes, bool userXattr)
    {
        using OverlayMount overlay = OverlayMount.Create(NewDirectory());
        using (var operations = new TreeOperations(overlay.Lower))
        {
            operations.Apply(first);
        }
        byte[] lower = await Trees.PackAsync(overlay.Lower);
        string options = userXattr ? "userxattr,index=off" : Plain;
        await overlay.MountAsync(options);
        using (var operations = new TreeOperations(overlay.Merged))
        {
            operations.Apply(changes);
        }
        await overlay.UnmountAsync();
        // Mounted anew: of a link that was copied up just now, overlayfs may tell the old inode under one name and the new under another.
        await overlay.MountAsync(options);
        string[] merged = TreeListing.Of(overlay.Merged);
        await overlay.UnmountAsync();

        foreach (TreeSnapshot? below in (TreeSnapshot?[])[null, await TreeSnapshot.CaptureAsync(overlay.Lower)])
        {
            byte[] layer = await Trees.WriteAsync(tar => new ChangePacker(Trees.Exact).PackUpperAsync(overlay.Upper, tar, new UpperOptions { UserXattr = userXattr, Below = below }));
            string applied = NewDirectory();
            await Trees.UnpackAsync(applied, lower, layer);
            Assert.Equal(merged, TreeListing.Of(applied));
        }
    }

    private static async Task CheckRefusedAsync(string upper, string name, string hint, StringComparison comparison = StringComparison.Ordinal)
    {
        OciImageException exception = await Assert.ThrowsAsync<OciImageException>(() => Trees.WriteAsync(tar => new ChangePacker().PackUpperAsync(upper, tar)));
        Assert.Contains(name, exception.Message);
        Assert.Contains(hint, exception.Message, comparison);
    }

    private static void SetXattr(string path, string name, string value) =>
        Libc.Lsetxattr(Encoding.UTF8.GetBytes(path + '\0'), Encoding.UTF8.GetBytes(name + '\0'), Encoding.UTF8.GetBytes(value)).ThrowIfFailed("lsetxattr", path);

    private string NewDirectory() => Directory.CreateDirectory(_temp.Combine($"{++_count}")).FullName;
}
