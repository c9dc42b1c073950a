namespace Oci.Testing;

/// <summary>The files that this process has open.</summary>
public static class OpenFiles
{
    public static string[] Below(string directory) =>
    [
        .. new DirectoryInfo("/proc/self/fd").EnumerateFileSystemInfos()
            .Select(TargetOf)
            .Where(target => target.StartsWith(directory + "/", StringComparison.Ordinal)),
    ];

    // Other tests open and close files meanwhile.
    private static string TargetOf(FileSystemInfo descriptor)
    {
        try
        {
            return descriptor.LinkTarget ?? "";
        }
        catch (IOException)
        {
            return "";
        }
    }
}
