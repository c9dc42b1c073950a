using Oci.Runtime.Linux.Lifecycle;

namespace Oci.Runtime.Linux.Tests.Lifecycle;

public sealed class StateDirectoryTests : IDisposable
{
    private readonly TempDirectory _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Create_ARootThatOthersMayWrite_IsRefused()
    {
        Requires.Linux();
        string root = Directory.CreateDirectory(_temp.Combine("root")).FullName;
        File.SetUnixFileMode(root, File.GetUnixFileMode(root) | UnixFileMode.OtherWrite);

        var e = Assert.Throws<ContainerException>(() => new StateDirectory(root, "c1").Create());

        Assert.Contains($"{root} can be written by others", e.Message, StringComparison.Ordinal);
        Assert.Equal(root, e.Path);
        Assert.Empty(Directory.EnumerateFileSystemEntries(root));
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task Create_ARootOfAnotherUser_IsRefused()
    {
        Requires.Root();
        string root = Directory.CreateDirectory(_temp.Combine("root")).FullName;
        (await ToolResult.RunAsync("chown", ["12345", root])).EnsureSuccess();

        var e = Assert.Throws<ContainerException>(() => new StateDirectory(root, "c1").Create());

        Assert.Contains($"{root} belongs to user 12345", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task ReadRecord_OfARootOfAnotherUser_IsRefused()
    {
        Requires.Root();
        string root = Directory.CreateDirectory(_temp.Combine("root")).FullName;
        Directory.CreateDirectory(Path.Combine(root, "c1"));
        await File.WriteAllTextAsync(Path.Combine(root, "c1", "state.json"), "{}");
        (await ToolResult.RunAsync("chown", ["12345", root])).EnsureSuccess();

        Assert.Throws<ContainerException>(() => new StateDirectory(root, "c1").ReadRecord());
    }

    [Fact]
    public void Create_ARootThatIsMissing_IsMadeForTheOwnerOnly()
    {
        Requires.Linux();
        string root = _temp.Combine("a", "root");

        using (new StateDirectory(root, "c1").Create())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(root));
        }
    }
}
