namespace OciTool.Output;

internal static class ByteCount
{
    /// <summary>A number of bytes for people: <c>1.2 MB</c>.</summary>
    public static string Format(long bytes) => bytes switch
    {
        < 1_000 => $"{bytes} B",
        < 1_000_000 => $"{bytes / 1e3:N1} kB",
        < 1_000_000_000 => $"{bytes / 1e6:N1} MB",
        _ => $"{bytes / 1e9:N2} GB",
    };
}
