namespace Oci.Runtime.Linux.Tests.Mounts;

/// <summary>A tmpfs of the test's own on the host.</summary>
internal sealed class MountedTmpfs : IDisposable
{
    private readonly TempDirectory? _folder;

    private MountedTmpfs(string path, TempDirectory? folder)
    {
        Path = path;
        _folder = folder;
    }

    public string Path { get; }

    public static async Task<MountedTmpfs> CreateAsync(string? path = null, string options = "mode=755")
    {
        TempDirectory? folder = path is null ? new TempDirectory() : null;
        string at = path ?? folder!.Path;
        (await ToolResult.RunAsync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", at])).EnsureSuccess();
        return new MountedTmpfs(at, folder);
    }

    public async Task ChownAsync(string owner, string name) =>
        (await ToolResult.RunAsync("chown", ["-h", owner, System.IO.Path.Combine(Path, name)])).EnsureSuccess();

    public void Dispose()
    {
        ToolResult.RunAsync("umount", ["-l", Path]).GetAwaiter().GetResult().EnsureSuccess();
        _folder?.Dispose();
    }
}
