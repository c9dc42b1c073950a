using Oci.Runtime.Linux.Bundles;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Bundles;

public class BundleTests
{
    [Fact]
    [Must("bundle.md#container-format-1")]
    public async Task CreateAsync_ThenOpenAsync_GivesTheSameSpec()
    {
        using var temp = new TempDirectory();
        RuntimeSpec spec = DefaultSpec.Create();

        Bundle made = await Bundle.CreateAsync(temp.Combine("bundle"), spec);
        Bundle opened = await Bundle.OpenAsync(temp.Combine("bundle"));

        Assert.Equal(spec.ToUtf8Bytes(), opened.Spec.ToUtf8Bytes());
        Assert.Equal(temp.Combine("bundle", "rootfs"), opened.RootPath);
        Assert.True(Directory.Exists(made.RootPath));
        Assert.Equal([temp.Combine("bundle", "config.json"), temp.Combine("bundle", "rootfs")],
            Directory.GetFileSystemEntries(temp.Combine("bundle")).Order());
    }

    [Fact]
    public async Task CreateAsync_Cancelled_KeepsTheOldConfig()
    {
        using var temp = new TempDirectory();
        await Bundle.CreateAsync(temp.Path, DefaultSpec.Create());
        byte[] before = await File.ReadAllBytesAsync(temp.Combine("config.json"));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Bundle.CreateAsync(temp.Path, DefaultSpec.Create() with { Hostname = "other" }, new CancellationToken(canceled: true)));

        Assert.Equal(before, await File.ReadAllBytesAsync(temp.Combine("config.json")));
        Assert.Equal(2, Directory.GetFileSystemEntries(temp.Path).Length);
    }

    [Fact]
    public async Task RootPath_AbsoluteRoot_IsTakenAsItIs()
    {
        using var temp = new TempDirectory();

        Bundle bundle = await Bundle.CreateAsync(temp.Path, DefaultSpec.Create() with { Root = new RootSpec { Path = "/srv/root" } });

        Assert.Equal("/srv/root", bundle.RootPath);
    }

    [Fact]
    [Must("runtime.md#create-1")]
    public async Task OpenAsync_NoDirectory_ThrowsWithPath()
    {
        var e = await Assert.ThrowsAsync<DirectoryNotFoundException>(() => Bundle.OpenAsync("/no/such/bundle"));
        Assert.Contains("/no/such/bundle", e.Message);
    }

    [Fact]
    [Must("bundle.md#container-format-1")]
    public async Task OpenAsync_NoConfig_ThrowsWithPath()
    {
        using var temp = new TempDirectory();
        var e = await Assert.ThrowsAsync<FileNotFoundException>(() => Bundle.OpenAsync(temp.Path));
        Assert.Equal(temp.Combine("config.json"), e.FileName);
    }

    [Fact]
    public async Task OpenAsync_ConfigAboveCap_Throws()
    {
        using var temp = new TempDirectory();
        using (FileStream file = File.Create(temp.Combine("config.json")))
        {
            file.SetLength(RuntimeSpec.MaxDocumentSize + 1L);
        }

        InvalidSpecException e = await Assert.ThrowsAsync<InvalidSpecException>(() => Bundle.OpenAsync(temp.Path));

        Assert.Contains("16777216", e.Message);
    }

    [Fact]
    public async Task OpenAsync_ConfigOfNoKnownLength_IsReadUpToTheCap()
    {
        Requires.Linux();
        using var temp = new TempDirectory();
        File.CreateSymbolicLink(temp.Combine("config.json"), "/dev/zero");

        await Assert.ThrowsAsync<InvalidSpecException>(() => Bundle.OpenAsync(temp.Path));
    }
}
