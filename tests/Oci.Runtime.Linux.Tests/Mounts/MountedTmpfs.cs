using System.Runtime.InteropServices;
using Oci.Common.Linux;

namespace Oci.Runtime.Linux.Tests.Mounts;

/// <summary>A tmpfs of the test's own on the host.</summary>
internal sealed partial class MountedTmpfs : IDisposable
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
        Unmount(Path);
        _folder?.Dispose();
    }

    /// <summary>Without a program: its pipes would be counted as the container's for a while.</summary>
    public static void Unmount(string path)
    {
        const int MNT_DETACH = 2;
        if (umount2(path, MNT_DETACH) != 0)
        {
            throw LinuxError.ToException((Errno)Marshal.GetLastPInvokeError(), "umount2", path);
        }
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int umount2(string target, int flags);
}
