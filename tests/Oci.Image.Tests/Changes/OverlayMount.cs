namespace Oci.Image.Tests.Changes;

/// <summary>An overlay of two directories in a folder, mounted until it is disposed: <c>lower</c>, <c>upper</c>, <c>merged</c>.</summary>
internal sealed class OverlayMount : IDisposable
{
    private bool _isMounted;

    private OverlayMount(string folder) => Folder = folder;

    public string Folder { get; }

    public string Lower => Path.Combine(Folder, "lower");

    public string Upper => Path.Combine(Folder, "upper");

    public string Merged => Path.Combine(Folder, "merged");

    /// <summary>Makes the directories; lower may be filled before it is mounted.</summary>
    public static OverlayMount Create(string folder)
    {
        foreach (string name in (string[])["lower", "upper", "work", "merged"])
        {
            Directory.CreateDirectory(Path.Combine(folder, name));
        }
        return new OverlayMount(folder);
    }

    public async Task MountAsync(string options)
    {
        ToolResult result = await ToolResult.RunAsync("mount", ["-t", "overlay", "overlay", "-o", $"lowerdir={Lower},upperdir={Upper},workdir={Path.Combine(Folder, "work")},{options}", Merged]);
        Assert.SkipWhen(result.ExitCode != 0 && result.Error.Contains("unknown filesystem"), "Needs overlayfs.");
        result.EnsureSuccess();
        _isMounted = true;
    }

    public async Task UnmountAsync()
    {
        _isMounted = false;
        (await ToolResult.RunAsync("umount", [Merged])).EnsureSuccess();
    }

    public void Dispose()
    {
        if (_isMounted)
        {
            UnmountAsync().GetAwaiter().GetResult();
        }
    }
}
